import type { Digest, ImageDetails, ImageId } from '@immutablue/oci';
import type { RootFilesystem } from '@immutablue/overrides';
import type { BuildPlan } from '@immutablue/plan';
import type { PackageCache } from '../package-cache/package-cache';
import type { BuildEvent } from '../report/event';
import type { OpenSecrets } from '../secrets/open-secrets';
import type { Snapshot } from './snapshot';

/** What the steps of a running build work on, and what they are told. */
export interface RunContext {
  readonly plan: BuildPlan;
  readonly workspaceRoot: string;
  readonly parent: ImageDetails;
  /** The dep-builders' images by variant. */
  readonly depBuilderImages: ReadonlyMap<string, ImageId>;
  /** The layers of the checkpoint that the rest of the build starts from. */
  readonly packagesLayers: readonly Digest[];
  /** What its package manager keeps, apart from other builds'. */
  readonly packages: PackageCache;
  readonly snapshot: Snapshot;
  /** Name of the working container. */
  readonly container: string;
  /** Its root filesystem, mounted. */
  readonly root: RootFilesystem;
  /** The values of the secrets that the build is given. */
  readonly secrets: OpenSecrets;
  /** What scripts are run under, if anything: a program and its arguments. */
  readonly tracer?: readonly string[];
  /** The sub-stage that runs. */
  readonly stage: string;
  readonly signal: AbortSignal;
  readonly emit: (event: BuildEvent) => void;
}
