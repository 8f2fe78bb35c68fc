import type { ImageDetails, ImageId } from '@immutablue/oci';
import type { RootFilesystem } from '@immutablue/overrides';
import type { PackageCache } from '../package-cache/package-cache';
import type { BuildKey } from '../plan/key';
import type { BuildPlan } from '../plan/plan';
import type { BuildEvent } from '../report/event';

/** What the steps of a running build work on. */
export interface RunContext {
  readonly plan: BuildPlan;
  readonly workspaceRoot: string;
  /** Name of the working container. */
  readonly container: string;
  /** Its root filesystem, mounted. */
  readonly root: RootFilesystem;
  readonly parent: ImageDetails;
  /** The dep-builders' images by variant. */
  readonly dependencies: ReadonlyMap<string, ImageId>;
  readonly key: BuildKey;
  /** What its package manager keeps, apart from other builds'. */
  readonly packages: PackageCache;
  /** The sub-stage that runs. */
  readonly stage: string;
  readonly signal: AbortSignal;
  readonly emit: (event: BuildEvent) => void;
}
