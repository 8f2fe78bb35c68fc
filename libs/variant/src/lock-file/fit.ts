import { type Diagnostic } from '@immutablue/diagnostics';
import { type VariantName } from '../names';
import { type Entry, type ResolvedPackages } from '../packages-file/packages';
import { LOCKED_LISTS, type LockedList, type LockSection } from './lock';

/** The values of a list that a lock covers. */
export function requestedOf(packages: ResolvedPackages, list: LockedList): readonly Entry<string>[] {
  switch (list) {
    case 'rpm_url':
      return packages.rpmUrl;
    case 'rpm':
      return packages.rpm;
    case 'rpm_post_url':
      return packages.rpmPostUrl;
  }
}

/** What packages.yaml asks for and the lock does not know, and the other way round: each entry with its place. */
export function checkFit(section: LockSection, packages: ResolvedPackages, variant: VariantName): Diagnostic[] {
  const build = `${section.release}, ${section.architecture}, ${section.upstream}`;
  const hint = `lock it again: \`${lockCommand(variant, section)}\``;
  return LOCKED_LISTS.flatMap((list) => {
    const wanted = requestedOf(packages, list);
    const locked = section.lists[list].requested;
    const added = wanted
      .filter(({ value }) => !locked.some((entry) => entry.value === value))
      .map(({ value, location }): Diagnostic => ({
        code: 'lock/does-not-fit',
        message: `\`${value}\` is not in the lock for ${build}`,
        location,
        hint,
      }));
    const removed = locked
      .filter(({ value }) => !wanted.some((entry) => entry.value === value))
      .map(({ value, location }): Diagnostic => ({
        code: 'lock/does-not-fit',
        message: `\`${value}\` is in the lock for ${build}, and \`${list}\` of packages.yaml does not have it`,
        location,
        hint,
      }));
    return [...added, ...removed];
  });
}

/** The command that writes a section of a lock. */
export function lockCommand(variant: string, selection: SelectionWords): string {
  return `npx nx run ${variant}:lock${selectionArguments(selection)}`;
}

/** What a task of Nx is told to be for this release, profile and architecture; empty, or with a space before it. */
export function selectionArguments({ upstream, release, architecture }: SelectionWords): string {
  const configuration = upstream === 'lab' ? '' : ` -c f${release}`;
  const arch = architecture === 'x86_64' ? '' : ` --architecture=${architecture}`;
  return `${configuration}${arch}`;
}

type SelectionWords = Pick<LockSection, 'upstream' | 'release' | 'architecture'>;
