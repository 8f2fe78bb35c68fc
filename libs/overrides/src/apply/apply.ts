import { type EffectiveEntry } from '../entry';
import { type RootPath } from '../path';
import { type RootFilesystem } from '../root/root-filesystem';

export interface AppliedOverride {
  readonly entry: EffectiveEntry;
  /** The place in the root filesystem without links: `/usr/bin/x` for `/bin/x`. */
  readonly path: RootPath;
  /** `replaced` also for a directory that was there and got another mode or owner. */
  readonly outcome: 'created' | 'replaced' | 'unchanged';
}

/** Puts the entries into the root filesystem; checks all of them before it writes the first one. */
export function applyOverrides(
  root: RootFilesystem,
  entries: readonly EffectiveEntry[],
): Promise<readonly AppliedOverride[]> {
  throw new Error(`not written yet: ${root.mountPoint} ${entries.length}`);
}
