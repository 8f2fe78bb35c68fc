import { type EffectiveEntry, type ManifestEntry, type Sha256 } from '../entry';
import { type RootPath } from '../path';

/** A tree without its place on this machine. */
export interface TreeName {
  readonly variant: string;
  readonly option?: string;
}

/** One line of the list, for JSON. The same on every machine for the same trees. */
export interface OverrideListItem {
  readonly path: RootPath;
  readonly type: ManifestEntry['type'];
  /** Four octal digits. */
  readonly mode: string;
  readonly owner: string;
  readonly group: string;
  readonly size: number;
  readonly sha256?: Sha256;
  readonly target?: string;
  readonly from: TreeName;
  readonly over: readonly TreeName[];
}

/** What a person wants to see of the entries: all but the directories that only lead somewhere. */
export function listOverrides(entries: readonly EffectiveEntry[]): readonly OverrideListItem[] {
  throw new Error(`not written yet: ${entries.length}`);
}

/** The same as a table, without a line break at its end. */
export function renderOverrideList(entries: readonly EffectiveEntry[]): string {
  throw new Error(`not written yet: ${entries.length}`);
}
