import { type EffectiveEntry } from '../entry';
import { type RootFilesystem } from '../root/root-filesystem';

/** In which respect the root filesystem is not as an override says. */
export type DifferenceKind = 'missing' | 'type' | 'content' | 'target' | 'mode' | 'owner';

/** One entry that is not (or no longer) in the root filesystem as it should be. */
export interface Difference {
  readonly entry: EffectiveEntry;
  readonly kinds: readonly [DifferenceKind, ...DifferenceKind[]];
  /** One line for a person: `/etc/motd: content, mode 0600 instead of 0644`. */
  readonly text: string;
}

/** The entries that differ now, in the order of the paths; `applyOverrides` with these entries puts them back. */
export function verifyOverrides(
  root: RootFilesystem,
  entries: readonly EffectiveEntry[],
): Promise<readonly Difference[]> {
  throw new Error(`not written yet: ${root.mountPoint} ${entries.length}`);
}
