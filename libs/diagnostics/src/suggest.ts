import { closest, distance } from 'fastest-levenshtein';
import { quoteNames } from './text/format';

/**
 * The candidate that `word` is probably a slip of, or undefined when none is near: at most one edit in three
 * characters, so that `rmp` finds `rpm` and `zfs` does not find `gui`.
 */
export function nearestName(word: string, candidates: readonly string[]): string | undefined {
  if (candidates.length === 0) return undefined;
  const candidate = closest(word, candidates);
  return distance(word, candidate) <= Math.max(2, Math.floor(word.length / 3)) && candidate.length > 1
    ? candidate
    : undefined;
}

/** A hint for an unknown name: the near one if there is one, else the list of all that are known. */
export function hintForUnknownName(word: string, candidates: readonly string[]): string {
  const near = nearestName(word, candidates);
  if (near !== undefined) return `did you mean \`${near}\`?`;
  return `known here: ${quoteNames(candidates)}`;
}
