/** What a part of a build reads of the root filesystem below it. */
export type Reads =
  /** Whatever is there: nothing is known. */
  | 'everything'
  | {
      /** Each with all that is below it. */
      readonly trees: readonly string[];
      /** Each alone. */
      readonly paths: readonly string[];
    };

export const NOTHING: Reads = { trees: [], paths: [] };

/** Reads of these places and of all that is below them. */
export function trees(places: readonly string[]): Reads {
  return { trees: places, paths: [] };
}

/** Reads of these paths alone. */
export function paths(places: readonly string[]): Reads {
  return { trees: [], paths: places };
}

/** Whether `path` is one of the places, or below one. */
export function isAtOrBelow(path: string, places: readonly string[]): boolean {
  return places.some((place) => path === place || path.startsWith(`${place === '/' ? '' : place}/`));
}

/** Whether a path is among what is read. */
export function isRead(path: string, reads: Reads): boolean {
  return reads === 'everything' || isAtOrBelow(path, reads.trees) || reads.paths.includes(path);
}

/** What is read by two. */
export function union(left: Reads, right: Reads): Reads {
  if (left === 'everything' || right === 'everything') return 'everything';
  return {
    trees: [...new Set([...left.trees, ...right.trees])],
    paths: [...new Set([...left.paths, ...right.paths])],
  };
}

/** A path, and the directories on the way to it: each may be a link that leads elsewhere. */
export function ancestorsAndSelf(path: string): string[] {
  return [...ancestorsOf(path), path];
}

/** The directories that `path` is in, without the root directory. */
export function ancestorsOf(path: string): string[] {
  const parts = path.split('/').slice(1, -1);
  return parts.map((_, index) => `/${parts.slice(0, index + 1).join('/')}`);
}
