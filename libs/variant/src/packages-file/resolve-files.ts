import { type Checked } from '../checked';
import { ambiguousNames, opposedPackages, opposedUnits } from './contradictions';
import { mergePackages } from './merge';
import { type PackagesDefinition, type ResolvedPackages } from './packages';
import { resolvePackages, type BuildTarget } from './resolve';

/**
 * What the packages.yaml files of one build say together, or where they contradict themselves.
 *
 * @param files those of the applied variants in their order, then the variant's own.
 */
export function resolveFiles(files: readonly PackagesDefinition[], target: BuildTarget): Checked<ResolvedPackages> {
  const resolved = files.map((file) => resolvePackages(file, target));
  const value = mergePackages(resolved);
  const diagnostics = [
    // What an applied variant installs, the variant itself may remove: a file is looked at by itself.
    ...resolved.flatMap(opposedPackages),
    ...opposedUnits(value.services),
    ...ambiguousNames(files, target),
  ];
  return diagnostics.length > 0 ? { diagnostics } : { value, diagnostics };
}
