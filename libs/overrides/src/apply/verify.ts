import { DiagnosticError } from '@immutablue/diagnostics';
import { type EffectiveEntry } from '../entry';
import { type RootFilesystem } from '../root/root-filesystem';
import { ownerNumbersOf, readAccounts, type Accounts } from './accounts';
import { differencesAt, type DifferenceKind, type Mismatch } from './difference';
import { hasLinkInstead, resolveEntry } from './resolve-entry';

/** One entry that is not (or no longer) in the root filesystem as it should be. */
export interface Difference {
  readonly entry: EffectiveEntry;
  readonly kinds: readonly [DifferenceKind, ...DifferenceKind[]];
  /** One line for a person: `/etc/motd: other content, mode 0600 instead of 0644`. */
  readonly text: string;
}

/**
 * The entries that differ now, in the order in which they are given; `applyOverrides` with these entries puts them back, or
 * throws what stands in the way.
 */
export async function verifyOverrides(
  root: RootFilesystem,
  entries: readonly EffectiveEntry[],
): Promise<readonly Difference[]> {
  const accounts = await readAccounts(root);
  const differences: Difference[] = [];
  for (const entry of entries) {
    const [first, ...rest] = await respectsOf(root, entry, accounts);
    if (first === undefined) continue;
    differences.push({
      entry,
      kinds: [first.kind, ...rest.map(({ kind }) => kind)],
      text: `${entry.path}: ${[first, ...rest].map(({ text }) => text).join(', ')}`,
    });
  }
  return differences;
}

async function respectsOf(
  root: RootFilesystem,
  entry: EffectiveEntry,
  accounts: Accounts,
): Promise<readonly Mismatch[]> {
  const owner = ownerNumbersOf(entry, accounts);
  if (!('uid' in owner)) return owner.map(({ message }) => ({ kind: 'owner', text: message }));
  const place = await resolveEntry(root, entry);
  // The way to it is closed: a parent became a file or a loop of links. Putting it back says which.
  if (place instanceof DiagnosticError) return [{ kind: 'missing', text: 'missing' }];
  if (await hasLinkInstead(root, entry)) return [];
  return differencesAt(root, entry, place.path, owner);
}
