import { shownVersions } from '@immutablue/variant';
import type { ImageDifference } from '../difference';
import type { UnitChange } from '../units';

/** What is said of one thing, in columns: what became of it, its name, and more. */
export type Line = readonly [what: string, name: string, more: string];

/** One kind of difference, as lines. */
export interface Section {
  readonly title: string;
  /** How many of what, by which it stands when its lines are not all shown. */
  readonly summary: string;
  readonly lines: readonly Line[];
}

/** What differs, without the kinds in which nothing does. Pure. */
export function sectionsOf(difference: ImageDifference): readonly Section[] {
  const sections = [packages(difference), files(difference), units(difference), kernelArguments(difference)];
  return sections.filter(({ lines }) => lines.length > 0);
}

function packages({ packages }: ImageDifference): Section {
  const { upgraded, downgraded, replaced, added, removed } = packages;
  const changed = { upgraded, downgraded, replaced };
  const lines = [
    ...Object.entries(changed).flatMap(([what, changes]) =>
      changes.map(({ name, from, to }): Line => [what, name, shownVersions(from, to).join(' → ')]),
    ),
    ...added.map(({ name, to }): Line => ['added', name, shownVersions([], to)[1]]),
    ...removed.map(({ name, from }): Line => ['removed', name, shownVersions(from, [])[0]]),
  ];
  return { title: 'packages', summary: counts({ ...changed, added, removed }), lines };
}

function files({ files }: ImageDifference): Section {
  const lines = (['added', 'changed', 'removed'] as const).flatMap((what) =>
    files[what].map((path): Line => [what, path, '']),
  );
  return { title: 'files', summary: counts({ ...files }), lines };
}

function units({ units }: ImageDifference): Section {
  const lines = units.map((change): Line => [wordOf(change), change.name, remarkOn(change)]);
  const words = [...new Set(lines.map(([word]) => word))].sort();
  const byWord = words.map((word) => [word, lines.filter(([one]) => one === word)] as const);
  return { title: 'units', summary: counts(Object.fromEntries(byWord)), lines };
}

function wordOf({ before, after }: UnitChange): string {
  if (after === 'absent') return 'removed';
  if (before === 'absent') return 'added';
  return before === 'masked' && after === 'disabled' ? 'unmasked' : after;
}

function remarkOn({ scope, before, after }: UnitChange): string {
  const state = before === 'absent' && after !== 'disabled' ? [after] : [];
  return [...state, ...(scope === 'user' ? ['of users'] : [])].join(', ');
}

function kernelArguments({ kernelArguments }: ImageDifference): Section {
  const { added, removed, unreadable } = kernelArguments;
  const lines = [
    ...added.map((argument): Line => ['added', argument, '']),
    ...removed.map((argument): Line => ['removed', argument, '']),
    ...unreadable.map((path): Line => ['not readable', path, '']),
  ];
  return { title: 'kernel arguments', summary: counts({ added, removed, 'not readable': unreadable }), lines };
}

function counts(kinds: Readonly<Record<string, readonly unknown[]>>): string {
  return Object.entries(kinds)
    .filter(([, changes]) => changes.length > 0)
    .map(([what, { length }]) => `${length} ${what}`)
    .join(', ');
}
