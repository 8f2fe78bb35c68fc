import { formatMode } from '@immutablue/diagnostics';
import { type EffectiveEntry } from '../entry';
import { type RootPath } from '../path';
import { type RootFilesystem, type RootStat } from '../root/root-filesystem';
import { type OwnerNumbers } from './accounts';

/** In which respect the root filesystem is not as an override says. */
export type DifferenceKind = 'missing' | 'type' | 'content' | 'target' | 'mode' | 'owner';

/** One respect, and what a person reads of it. */
export interface Mismatch {
  readonly kind: DifferenceKind;
  readonly text: string;
}

/** In which respects `path`, the place of an entry without links, is not as the entry says. */
export async function differencesAt(
  root: RootFilesystem,
  entry: EffectiveEntry,
  path: RootPath,
  owner: OwnerNumbers,
): Promise<readonly Mismatch[]> {
  const stat = await root.lstat(path);
  if (stat === undefined) return [{ kind: 'missing', text: 'missing' }];
  if (stat.type !== entry.type) return [{ kind: 'type', text: `${nameOf(stat.type)} instead of a ${entry.type}` }];
  switch (entry.type) {
    case 'file': {
      const isSame = stat.size === entry.size && (await root.sha256(path)) === entry.sha256;
      const content: readonly Mismatch[] = isSame ? [] : [{ kind: 'content', text: 'other content' }];
      return [...content, ...modeDifference(stat, entry), ...ownerDifference(stat, owner)];
    }
    case 'symlink': {
      const isSame = stat.target === entry.target;
      const target: readonly Mismatch[] = isSame ? [] : [{ kind: 'target', text: `points to another target` }];
      return [...target, ...ownerDifference(stat, owner)];
    }
    case 'directory':
      // Directories that only lead to overrides, /usr/bin say, stay as the root filesystem has them.
      if (!entry.isEmpty && !entry.hasStatedPermissions) return [];
      return [...modeDifference(stat, entry), ...ownerDifference(stat, owner)];
  }
}

function modeDifference(stat: RootStat, entry: EffectiveEntry): readonly Mismatch[] {
  if (stat.mode === entry.mode) return [];
  return [{ kind: 'mode', text: `mode ${formatMode(stat.mode)} instead of ${formatMode(entry.mode)}` }];
}

function ownerDifference(stat: RootStat, { uid, gid }: OwnerNumbers): readonly Mismatch[] {
  if (stat.uid === uid && stat.gid === gid) return [];
  return [{ kind: 'owner', text: `owner ${stat.uid}:${stat.gid} instead of ${uid}:${gid}` }];
}

function nameOf(type: RootStat['type']): string {
  return type === 'other' ? 'a device, FIFO or socket' : `a ${type}`;
}
