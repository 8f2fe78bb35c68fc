import type { ImageDetails, ImageId } from '@immutablue/oci';
import type { RootFilesystem } from '@immutablue/overrides';
import { type StagePlan, startsProgram, type Step } from '@immutablue/plan';
import { openContainer } from './container';
import { openNewLayer } from './new-layer';

/** Where the steps of sub-stages work on a root filesystem, until the last of them commits it. */
export interface BuildRoot {
  /** The root filesystem, mounted. */
  readonly root: RootFilesystem;
  /** The working container in which steps start programs; none where no step does. */
  readonly container: string | undefined;
  /** Is to be called before each step. */
  readonly before: (step: Step) => Promise<void>;
  /** Makes an image of it; the buildRoot is gone then. */
  readonly commit: () => Promise<ImageId>;
  /** Removes it, whatever state it is in. */
  readonly remove: () => Promise<void>;
}

export interface BuildRootRequest {
  /** Unique on this machine; see containerName. */
  readonly name: string;
  /** What the first step works on. */
  readonly from: ImageId;
  readonly parent: ImageDetails;
  /** What is done there; the last step commits. */
  readonly stages: readonly StagePlan[];
  /** Set on the image beside those of `from`. */
  readonly labels: Readonly<Record<string, string>>;
  /** The name that the image may have at once, if nothing of the layers below it is removed. */
  readonly reference?: string;
  /** `possible`: somebody may want to look around when a step has failed. */
  readonly afterwards: 'removed' | 'possible';
  readonly signal: AbortSignal;
}

/**
 * Opens a buildRoot on an image: a working container of buildah, or where steps do nothing but work on files, and the host
 * allows it, a mounted layer, which is there and committed in less than half the time.
 */
export async function openBuildRoot(request: BuildRootRequest): Promise<BuildRoot> {
  const isFileWork = !request.stages.some(({ steps }) => steps.some(startsProgram));
  const layer = isFileWork && request.afterwards === 'removed' ? await openNewLayer(request) : undefined;
  return layer ?? (await openContainer(request));
}
