import type { Architecture, Release, VariantName } from '@immutablue/variant';
import type { CiProvider } from '../../../shared/ci-settings';

/** What the jobs of a CI system do for the images of a workspace: data, without the words of a provider. */
export interface Pipeline {
  readonly provider: CiProvider;
  readonly defaultBranch: string;
  /** Where images go, and the name of its registry. */
  readonly registry: { readonly host: string; readonly login: RegistryLogin };
  readonly runners: Readonly<Record<Architecture, string>>;
  readonly workflows: readonly Workflow[];
}

/**
 * How a job may write to the registry: as the job itself, where the CI system has the registry and vouches for its jobs, or with
 * secrets of the CI system.
 */
export type RegistryLogin = 'job-token' | 'secrets';

/**
 * What a workflow is for. That of pull requests is one of its own, as what is not written in it cannot happen: it has no secret, no
 * right to write and no job that publishes.
 */
export type Purpose = 'pull-request' | 'publish' | 'weekly';

export interface Workflow {
  readonly purpose: Purpose;
  readonly jobs: readonly Job[];
}

export type Job = AffectedJob | VariantJob | VerdictJob | UpdateLocksJob | PruneJob;

/** Says which variants a change concerns, for the jobs of these. */
export interface AffectedJob {
  readonly kind: 'affected';
  readonly since: Since;
  readonly steps: readonly Step[];
}

/**
 * The commit that a change is compared with: where the pull request branched off, or the last one whose images were all published, so
 * that what failed then is tried again. Where the provider does not tell, all variants count as affected: what has not changed comes
 * from the registry.
 */
export type Since = 'pull-request-base' | 'last-published' | 'beginning';

/** Builds and tests a variant, and publishes it where its workflow does that; once for each leg. */
export interface VariantJob {
  readonly kind: 'variant';
  readonly variant: VariantName;
  /** What Nx calls it. */
  readonly project: string;
  /** The variant that it stands on. */
  readonly parent: Pick<VariantJob, 'variant' | 'project'> | undefined;
  readonly legs: readonly Leg[];
  readonly steps: readonly Step[];
}

/** One image of a variant. */
export interface Leg {
  readonly release: Release;
  readonly architecture: Architecture;
}

/** What several workers do for the images of a release and an architecture; the variants are in no job of their own. */
export interface WorkerJob extends Leg {
  readonly workers: number;
  /** Of each worker, and of the one job that publishes when all of them have ended. */
  readonly steps: Readonly<Record<'build' | 'publish', readonly Step[]>>;
}

/** Fails when any variant failed: the one check that a protected branch has to require, whatever is affected. */
export interface VerdictJob {
  readonly kind: 'verdict';
}

/** Locks newer packages for an architecture, and opens a pull request that lists them. */
export interface UpdateLocksJob {
  readonly kind: 'update-locks';
  readonly architecture: Architecture;
  readonly steps: readonly Step[];
}

/** Removes old tags of all images. */
export interface PruneJob {
  readonly kind: 'prune';
  readonly steps: readonly Step[];
}

export type Step =
  /** `whole`: with all commits, to compare with one of them. The token of the job is not left in the clone. */
  { readonly kind: 'checkout'; readonly history: 'whole' | 'last' } | { readonly kind: 'node' } | RunStep;

/** A script of bash. It is the same for all: what differs comes as variables, so that no name can put text into it. */
export interface RunStep {
  readonly kind: 'run';
  readonly name: string;
  readonly script: string;
  readonly environment: Readonly<Record<string, Value>>;
}

/** What a variable of a step is set to. */
export type Value =
  | { readonly kind: 'text'; readonly text: string }
  /** A secret of the CI system, of the same name as the variable unless `name` is another. */
  | { readonly kind: 'secret'; readonly name: string }
  | { readonly kind: 'fact'; readonly fact: Fact };

/** What the CI system knows of the run. No fact is text that the author of a pull request chooses. */
export type Fact =
  | 'pull-request-base'
  | 'commit'
  | 'release'
  | 'architecture'
  | 'repository-url'
  /** The job's own token and the user that it stands for. */
  | 'job-token'
  | 'job-user'
  /** The secret with the token for pull requests, and where it is not set the job's own. */
  | 'update-token';
