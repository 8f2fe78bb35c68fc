import { type BuildOption, type Release } from '../names';
import { type Architecture } from '../platform';
import { type PackagesDefinition, type ResolvedPackages } from './packages';

/** What a build is for. */
export interface BuildTarget {
  readonly release: Release;
  readonly architecture: Architecture;
  /** Cumulative, in their order. */
  readonly options: readonly BuildOption[];
}

/** The lists of a packages.yaml that count for `target`, joined in the order of the format, the first of equal values kept. */
export function resolvePackages(packages: PackagesDefinition, target: BuildTarget): ResolvedPackages {
  throw new Error(`not written yet: ${packages.file} ${target.release}`);
}

/** The lists of several variants joined in order, the first of equal values kept; of single values the last counts. */
export function mergePackages(list: readonly ResolvedPackages[]): ResolvedPackages {
  throw new Error(`not written yet: ${list.length}`);
}
