import type { Digest, ImageDetails, ImageId } from '@immutablue/oci';
import type { RootFilesystem } from '@immutablue/overrides';
import type { PackageCache } from '../package-cache/package-cache';
import type { BuildPlan } from '@immutablue/plan';
import type { BuildEvent } from '../report/event';
import type { BuildRoot } from './build-root/build-root';

/** What all steps of a running build are told. */
export interface BuildContext {
  readonly plan: BuildPlan;
  readonly workspaceRoot: string;
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

/** What a step works on. */
export interface StepContext extends BuildContext {
  readonly buildRoot: BuildRoot;
}

/** What a step works on that starts programs. */
export interface RunContext extends BuildContext {
  /** Name of the working container. */
  readonly container: string;
  /** Its root filesystem, mounted. */
  readonly root: RootFilesystem;
}

/** The same, for a step that starts a program. */
export function inContainer(context: StepContext): RunContext {
  const { container, root } = context.buildRoot;
  if (container === undefined) throw new Error('a step starts a program where only files are worked on');
  return { ...context, container, root };
}
