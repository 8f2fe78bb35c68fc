import {
  upstreamProfile,
  upstreamReference,
  type Architecture,
  type BuildOption,
  type ImageSettings,
  type LockSection,
  type Release,
  type ResolvedPackages,
  type UpstreamProfileName,
  type Variant,
} from '@immutablue/variant';
import type { EffectiveEntry } from '@immutablue/overrides';
import type { Reads } from './reads';
import { stagesOf } from './stages/index';
import { buildArguments } from './build-arguments';
import type { Script } from './script';
import type { Step } from './step';

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
  /** Absolute; the lab's repository is below it. */
  readonly workspaceRoot: string;
  /** Absolute; package managers keep downloads below it. */
  readonly cacheDirectory: string;
  /** Resolved for this build, the applied variants' first. */
  readonly packages: ResolvedPackages;
  /** The variant's lock for this build; without one the repositories decide. */
  readonly lock?: LockSection;
  /** The packages.yaml of each variant concerned, without comments and in canonical order: it goes into the image. */
  readonly packageFiles: readonly { readonly variant: string; readonly file: string; readonly content: string }[];
  /** What this build copies: the trees of the applied variants and its own. */
  readonly overrides: readonly EffectiveEntry[];
  /** All overrides that are in the image after `10-copy`, the parents' too: a package must not overwrite any of them. */
  readonly overridesInPlace: readonly EffectiveEntry[];
  /** The applied variants' scripts first. */
  readonly scripts: readonly Script[];
  /** Variants whose dep-builder has something for this image, in the order in which it is copied. */
  readonly dependencies: readonly DependencyBuild[];
  /** The reference of the parent when that is a variant. */
  readonly parentReference?: string;
}

/** A dep-builder: the first build stage, in which a variant's binaries are made. */
export interface DependencyBuild {
  readonly variant: string;
  /** Absolute path of `deps/Containerfile`. */
  readonly containerfile: string;
  /** Absolute path of the folder that `COPY` reads from. */
  readonly context: string;
  /** Name of the image that holds the files. */
  readonly reference: string;
  /** SHA-256 of all that is in that folder; comments of the Containerfile do not count. */
  readonly contentKey: string;
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

/** How one image is built, in full. */
export interface BuildPlan extends BuildSelection {
  readonly variant: string;
  readonly description: string;
  /** The name that the image will have. */
  readonly reference: string;
  readonly parent: PlannedParent;
  /** Cumulative build options. */
  readonly options: readonly BuildOption[];
  readonly dependencies: readonly DependencyBuild[];
  /** What the dep-builders get as build arguments, besides `IMAGE`, which is known only when they run. */
  readonly buildArguments: Readonly<Record<string, string>>;
  readonly stages: readonly StagePlan[];
  /** The lock that says which RPMs are installed, if there is one: then the repositories do not decide anything. */
  readonly lock?: { readonly file: string };
}

/** Makes the plan of an image. Pure: the same input gives the same plan. */
export function createPlan(input: PlanInput): BuildPlan {
  const { variant, release, architecture, upstream } = input;
  return {
    variant: variant.name,
    description: variant.description,
    reference: imageReference(variant, input.settings, input),
    release,
    architecture,
    upstream,
    parent: plannedParent(input),
    options: variant.options,
    dependencies: input.dependencies,
    buildArguments: buildArguments(input),
    stages: stagesOf(input),
    ...(input.lock === undefined ? {} : { lock: { file: input.lock.file } }),
  };
}

/** The name of a variant's image: in the registry of the settings, or on this machine alone for the lab. */
export function imageReference(variant: Variant, settings: ImageSettings, selection: BuildSelection): string {
  switch (selection.upstream) {
    case 'lab':
      return `localhost/immutablue/${variant.imageName}:${selection.release}`;
    case 'fedora':
      return `${settings.registry}/${variant.imageName}:${selection.release}`;
  }
}

/** What the image is FROM, mapped by the upstream profile. */
export function plannedParent(input: PlanInput): PlannedParent {
  const { from } = input.variant;
  switch (from.kind) {
    case 'variant':
      return { kind: 'variant', variant: from.name, reference: input.parentReference ?? '' };
    case 'upstream': {
      const original = upstreamReference(from.reference, input.release);
      return { kind: 'upstream', original, reference: upstreamProfile(input.upstream).mapImage(original) };
    }
  }
}
