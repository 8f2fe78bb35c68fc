import { count, formatMode, renderTable, type Column } from '@immutablue/diagnostics';
import { type EffectiveEntry, type ManifestEntry, type Sha256 } from '../entry';
import { type RootPath } from '../path';
import { describeTree, treeNameOf, type TreeName } from './tree-name';

/** One line of the list, for JSON. The same on every machine for the same trees. */
export interface OverrideListItem {
  readonly path: RootPath;
  readonly type: ManifestEntry['type'];
  /** Four octal digits. */
  readonly mode: string;
  readonly owner: string;
  readonly group: string;
  readonly size: number;
  /** Only of files. */
  readonly sha256?: Sha256;
  /** Only of symlinks. */
  readonly target?: string;
  readonly from: TreeName;
  /** Whose entries at this path lost, the nearest first. */
  readonly over: readonly TreeName[];
}

/** What a person wants to see of the entries: all but the directories that only lead to others. */
export function listOverrides(entries: readonly EffectiveEntry[]): readonly OverrideListItem[] {
  return entries
    .filter((entry) => entry.type !== 'directory' || entry.isEmpty || entry.hasStatedPermissions)
    .map((entry) => ({
      path: entry.path,
      type: entry.type,
      mode: formatMode(entry.mode),
      owner: entry.owner,
      group: entry.group,
      size: entry.size,
      ...(entry.type === 'file' ? { sha256: entry.sha256 } : {}),
      ...(entry.type === 'symlink' ? { target: entry.target } : {}),
      from: treeNameOf(entry.tree),
      over: entry.overridden.map(treeNameOf),
    }));
}

const COLUMNS: readonly Column[] = [
  { title: 'MODE', align: 'left' },
  { title: 'OWNER', align: 'left' },
  { title: 'TYPE', align: 'left' },
  { title: 'SIZE', align: 'right' },
  { title: 'FROM', align: 'left' },
  { title: 'PATH', align: 'left' },
];

/** The same as a table and a line that counts, without a line break at its end. */
export function renderOverrideList(entries: readonly EffectiveEntry[]): string {
  const items = listOverrides(entries);
  return [...renderTable(COLUMNS, items.map(cellsOf)), summaryOf(items)].join('\n');
}

function cellsOf(item: OverrideListItem): readonly string[] {
  const target = item.target === undefined ? '' : ` -> ${item.target}`;
  const from = describeTree(item.from);
  return [
    item.mode,
    `${item.owner}:${item.group}`,
    item.type,
    item.type === 'directory' ? '-' : String(item.size),
    item.over.length === 0 ? from : `${from} over ${item.over.map(describeTree).join(', ')}`,
    `${item.path}${target}`,
  ];
}

function summaryOf(items: readonly OverrideListItem[]): string {
  const counts = new Map<string, number>();
  for (const { from } of items) counts.set(from.variant, (counts.get(from.variant) ?? 0) + 1);
  const parts = [...counts].sort(([left], [right]) => (left < right ? -1 : 1));
  const total = count(items.length, 'override');
  return parts.length === 0 ? total : `${total}: ${parts.map(([name, number]) => `${name} ${number}`).join(', ')}`;
}
