import type { EffectiveEntry } from '@immutablue/overrides';
import type {
  Architecture,
  BuildOption,
  ImageSettings,
  LockSection,
  Release,
  ResolvedPackages,
  UpstreamProfileName,
  Variant,
} from '@immutablue/variant';
import type { FolderContent } from '@immutablue/overrides';
import type { Credential } from './credentials';
import type { Reads } from './reads';
import type { RepositoryState } from './repositories';
import type { PlannedScript, PlannedSecret } from './script';
import type { Step } from './steps/registry';

/** Which of a variant's images is meant. */
export interface BuildSelection {
  readonly release: Release;
  readonly architecture: Architecture;
  readonly upstream: UpstreamProfileName;
}

/** Everything that a plan is made from. All of it is data: making a plan reads no file and starts no program. */
export interface PlanInput extends BuildSelection {
  readonly variant: Variant;
  readonly settings: ImageSettings;
  /** A digest over the code that plans and runs builds: the same plan run by other code can be another image. */
  readonly code: string;
  /** Resolved for this build, the applied variants' first. */
  readonly packages: ResolvedPackages;
  /** The variant's lock for this build; without one the repositories decide. */
  readonly lock?: LockSection;
  /** What the repositories offer to whatever no lock is about. */
  readonly repositories: RepositoryState;
  /** The packages.yaml of each variant concerned, without comments and in canonical order: it goes into the image. */
  readonly packageFiles: readonly { readonly variant: string; readonly file: string; readonly content: string }[];
  /** What opens repositories, of this build and of the parents. */
  readonly credentials: readonly Credential[];
  /** The key by which hosts check images of the workspace, in PEM, and the absolute path of its file. */
  readonly signing?: { readonly publicKey: string; readonly file: string };
  /** What this build copies: the trees of the applied variants and its own. */
  readonly overrides: readonly EffectiveEntry[];
  /** All overrides that are in the image after `10-copy`, the parents' too: a package must not overwrite any of them. */
  readonly overridesInPlace: readonly EffectiveEntry[];
  /** The applied variants' scripts first. */
  readonly scripts: readonly PlannedScript[];
  /** Variants whose dep-builder has something for this image, in the order in which it is copied. */
  readonly depBuilders: readonly DepBuilder[];
  /** What the variant is FROM, as `variant.from` says it. */
  readonly from:
    { readonly kind: 'variant'; readonly variant: Variant } | { readonly kind: 'upstream'; readonly reference: string };
}

/** The first build stage, in which a variant's binaries are made. */
export interface DepBuilder {
  readonly variant: string;
  /** Absolute path of `deps/Containerfile`. */
  readonly containerfile: string;
  /** The variant's folder `deps`: what `COPY` reads from, the Containerfile included. */
  readonly content: FolderContent;
  /** Name of the image that holds the files. */
  readonly reference: string;
  readonly secrets: readonly PlannedSecret[];
  /** What the Containerfile's header `# reads:` declares beside the package database and its kin; everything without one. */
  readonly reads: Reads;
}

/** What an image is FROM, with the reference as it is known on this machine. */
export type PlannedParent =
  | { readonly kind: 'variant'; readonly variant: string; readonly reference: string }
  | {
      readonly kind: 'upstream';
      readonly reference: string;
      /** The reference that variant.yaml names; differs from `reference` on the lab. */
      readonly original: string;
    };

/** One sub-stage, with what it does in order. */
export interface StagePlan {
  readonly name: string;
  readonly steps: readonly Step[];
}

/**
 * How one image is built, in full: every step, every file that the build may read by its digest, the code, and what the
 * repositories offer. Nothing else says what counts: keys are hashes of its parts.
 */
export interface BuildPlan extends BuildSelection {
  readonly variant: string;
  readonly description: string;
  /** The name that the image will have. */
  readonly reference: string;
  readonly parent: PlannedParent;
  /** Cumulative build options. */
  readonly options: readonly BuildOption[];
  readonly code: string;
  readonly depBuilders: readonly DepBuilder[];
  /** What the dep-builders get as build arguments, besides `IMAGE`, which is known only when they run. */
  readonly buildArguments: Readonly<Record<string, string>>;
  readonly stages: readonly StagePlan[];
  /** What opens repositories, of this build and of the parents. Packages are the same with other credentials: they are in no key. */
  readonly credentials: readonly Credential[];
  /** The lock that says which RPMs are installed, if there is one: then the repositories do not decide which. */
  readonly lock?: { readonly file: string };
  /** What the repositories offer to whatever no lock is about. */
  readonly repositories: RepositoryState;
  /** What the package lists' part in the result is: fixed by a lock, or what the repositories offer. */
  readonly packages: RepositoryState;
}
