import { count, formatBytes, renderTable, visible, type Column } from '@immutablue/diagnostics';
import type { Collection } from './collect';
import type { OwnImage } from './inventory';

const COLUMNS: readonly Column[] = [
  { title: 'VARIANT', align: 'left' },
  { title: 'IMAGES', align: 'right' },
  { title: 'NEEDED', align: 'right' },
  { title: 'NOT NEEDED', align: 'right' },
];

/** What a collection did, or would do, as lines for people, without a trailing line break. Pure. */
export function renderCollection(collection: Collection): string {
  const { mode, removed, orphans } = collection;
  const verb = mode === 'show' ? 'would remove' : 'removed';
  return [
    ...usageTable(collection),
    '',
    ...orphans.map((name) => `${verb} ${name}, which a killed command has left`),
    ...removed.map(
      (image) => `${verb} ${nameOf(image)} (${formatBytes(image.bytes)}), last used ${dayOf(image.usedAt)}`,
    ),
    ...collection.kept.map((image) => `kept ${nameOf(image)}: ${reasonOf(image)}`),
    verdictOf(collection),
  ]
    .map((line) => visible(line))
    .join('\n');
}

function usageTable({ usage }: Collection): string[] {
  const rows = usage.map(({ variant, images, needed, unneeded }) => [
    variant,
    String(images),
    formatBytes(needed),
    formatBytes(unneeded),
  ]);
  const sum = (pick: (row: Collection['usage'][number]) => number) =>
    usage.reduce((total, row) => total + pick(row), 0);
  const total = [
    'total',
    String(sum(({ images }) => images)),
    formatBytes(sum(({ needed }) => needed)),
    formatBytes(sum(({ unneeded }) => unneeded)),
  ];
  return renderTable(COLUMNS, [...rows, total]);
}

function nameOf({ variant, id, names }: OwnImage): string {
  return `${variant} ${id.slice(0, 12)}${names.length === 0 ? '' : ` (${names.join(', ')})`}`;
}

function dayOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 10);
}

function reasonOf({ retention, names }: OwnImage): string {
  switch (retention) {
    case 'named':
      return `it has the name ${names.join(', ')}`;
    case 'needed':
    case 'in-use':
    case 'unneeded':
      return 'a container stands on it';
  }
}

function verdictOf({ mode, before, after, limit, removed }: Collection): string {
  const is = mode === 'show' ? 'would take' : 'take';
  const over =
    after > limit && limit > 0 ? `, more than the ${formatBytes(limit)} of diskSize: all that is left is needed` : '';
  if (removed.length === 0)
    return `Nothing to remove: the images of this workspace take ${formatBytes(before)}${over}.`;
  return `${count(removed.length, 'image')} less: the images of this workspace ${is} ${formatBytes(after)} instead of ${formatBytes(before)}${over}.`;
}
