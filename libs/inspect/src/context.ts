import type { Owner } from '@immutablue/diagnostics';
import type { ImageDetails, Layer } from '@immutablue/oci';
import { type BuildPlan } from '@immutablue/plan';
import type { ImageRoot } from './image-root';

/** An image that the inspected one stands on. */
export interface Ancestor {
  readonly owner: Owner;
  readonly image: ImageDetails;
  /** Opened when it is first asked for: an image without findings is never compared with its parents. */
  readonly open: () => Promise<ImageRoot>;
}

/** What checks of a variant look at. */
export interface InspectContext extends ImageRoot {
  readonly plan: BuildPlan;
  readonly workspaceRoot: string;
  /** The parent first, the upstream image last. */
  readonly ancestors: readonly [Ancestor, ...Ancestor[]];
  /** What the image's own layers hold, the lowest first. */
  readonly ownLayers: () => Promise<readonly Layer[]>;
}
