import { type Entry } from './packages';

/** Keeps the first of the entries that mean the same: a string by itself, a repository or container by its name. */
export function withoutRepetitions<T extends string | { readonly name: string }>(
  entries: readonly Entry<T>[],
): readonly Entry<T>[] {
  const seen = new Set<string>();
  return entries.filter(({ value }) => {
    const identity = typeof value === 'string' ? value : value.name;
    return !seen.has(identity) && seen.add(identity);
  });
}
