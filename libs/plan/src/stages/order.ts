import type { EffectiveEntry } from '@immutablue/overrides';
import type { PlanInput } from '../model';
import type { PlannedScript } from '../script';
import { isExplicitEntry } from '../explicit-entry';
import { PACKAGE_READS } from '../package-reads';
import { isRead, trees, union, type Reads } from '../reads';

/** The first sub-stage that comes after the packages. */
export const AFTER_PACKAGES = '50-remove-files';

/** Whether a sub-stage is one of those whose result is kept as a checkpoint. */
export function isBeforePackagesEnd(stage: string): boolean {
  return stage < AFTER_PACKAGES;
}

/**
 * Whether the sub-stages up to 40 do any work that is worth a checkpoint: anything but copying files.
 */
export function hasPackageWork({ packages, scripts, depBuilders }: PlanInput): boolean {
  return (
    depBuilders.length > 0 ||
    scripts.some(({ stage }) => isBeforePackagesEnd(stage)) ||
    [packages.repositories, packages.rpm, packages.rpmUrl, packages.rpmPostUrl, packages.rpmRemove, packages.pip].some(
      (entries) => entries.length > 0,
    )
  );
}

/**
 * What the package stages read. Files that are not among it are copied after them, so that an edit of one runs no
 * transaction; without package work there is nothing to wait for.
 */
export function packageStagesRead(input: PlanInput): Reads {
  if (!hasPackageWork(input)) return 'everything';
  const scripts = input.scripts.filter(({ stage }) => isBeforePackagesEnd(stage));
  return [
    // Links and directories decide where packages write.
    ...scripts.map((script: PlannedScript) => script.reads),
    ...(input.packages.pip.length > 0 ? (['everything'] as const) : []),
  ].reduce<Reads>(union, trees(PACKAGE_READS));
}

/** The overrides of this build that are copied before the packages: what package stages read, and what is not a plain file. */
export function earlyOverrides(input: PlanInput): readonly EffectiveEntry[] {
  const reads = packageStagesRead(input);
  const early = input.overrides.filter((entry) => isEarly(entry, reads));
  const ways = new Set(early.map(({ path }) => path));
  // Directories that lead to an early entry come with it.
  return input.overrides.filter(
    (entry) => ways.has(entry.path) || (entry.type === 'directory' && leadsTo(entry.path, ways)),
  );
}

/** Those that are copied after the packages. */
export function lateOverrides(input: PlanInput): readonly EffectiveEntry[] {
  const early = new Set(
    earlyOverrides(input)
      .filter((entry) => isEarly(entry, packageStagesRead(input)))
      .map(({ path }) => path),
  );
  const late = input.overrides.filter(({ path }) => !early.has(path));
  // A directory whose entries are all early leads nowhere here.
  const files = new Set(late.filter(isExplicitEntry).map(({ path }) => path));
  return late.filter((entry) => isExplicitEntry(entry) || leadsTo(entry.path, files));
}

/** All overrides that are in place when packages are installed: the parents' and the early ones of this build. */
export function overridesBeforePackages(input: PlanInput): readonly EffectiveEntry[] {
  const late = new Set(lateOverrides(input).map(({ path }) => path));
  return input.overridesInPlace.filter(({ path }) => !late.has(path));
}

function isEarly(entry: EffectiveEntry, reads: Reads): boolean {
  if (reads === 'everything') return true;
  switch (entry.type) {
    case 'file':
      return isRead(entry.path, reads);
    case 'symlink':
      // It may stand where packages write: a link in the place of a directory leads them elsewhere.
      return true;
    case 'directory':
      return isExplicitEntry(entry) && isRead(entry.path, reads);
  }
}

function leadsTo(directory: string, paths: ReadonlySet<string>): boolean {
  return [...paths].some((path) => path.startsWith(`${directory}/`));
}
