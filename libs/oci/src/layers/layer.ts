import type { Digest } from '../reference';
import type { TarEntry } from './tar-header';

/** What one layer of an image holds, as it was committed. */
export interface Layer {
  readonly diffId: Digest;
  /** Without whiteouts. */
  readonly entries: readonly TarEntry[];
  readonly whiteouts: readonly Whiteout[];
}

/** An entry of a layer that removes what lower layers have: https://github.com/opencontainers/image-spec/blob/main/layer.md#whiteouts */
export interface Whiteout {
  /** What is removed. */
  readonly path: string;
  /** `content`: what is in the directory, but not itself. */
  readonly removes: 'path' | 'content';
  /** The entry that says so. */
  readonly entry: TarEntry;
}

/** What the names of such entries begin with. */
export const WHITEOUT = '.wh.';
/** The name of the one that removes what is in the directory that it is in. */
export const OPAQUE = '.wh..wh..opq';

/** Sorts the entries of a layer. */
export function toLayer(diffId: Digest, all: readonly TarEntry[]): Layer {
  const whiteouts = all.flatMap((entry): Whiteout[] => {
    const directory = entry.path.slice(0, entry.path.lastIndexOf('/'));
    const name = entry.path.slice(directory.length + 1);
    if (!name.startsWith(WHITEOUT)) return [];
    return name === OPAQUE
      ? [{ path: directory || '/', removes: 'content', entry }]
      : [{ path: `${directory}/${name.slice(WHITEOUT.length)}`, removes: 'path', entry }];
  });
  const marks = new Set(whiteouts.map(({ entry }) => entry));
  return { diffId, whiteouts, entries: all.filter((entry) => !marks.has(entry)) };
}

/** Whether a whiteout of a higher layer removes `path`. */
export function isRemovedBy(path: string, { path: removed, removes }: Whiteout): boolean {
  const isBelow = path.startsWith(removed === '/' ? '/' : `${removed}/`);
  return isBelow || (removes === 'path' && path === removed);
}
