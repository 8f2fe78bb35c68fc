import type { Digest, ImageDetails, ImageId } from '@immutablue/oci';
import type { RootFilesystem } from '@immutablue/overrides';
import type { PackageCache } from '../package-cache/package-cache';
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
  /** The layers that hold what the package stages left, when the rest of the build goes on from a checkpoint. */
  readonly packagesLayers: readonly Digest[];
  /** What its package manager keeps, apart from other builds'. */
  readonly packages: PackageCache;
  /** The sub-stage that runs. */
  readonly stage: string;
  readonly signal: AbortSignal;
  readonly emit: (event: BuildEvent) => void;
}
