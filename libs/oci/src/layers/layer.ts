import type { Digest } from '../reference';
import type { TarEntry } from './tar-header';

/** The content of one layer of an image, as it was committed. */
export interface Layer {
  readonly diffId: Digest;
  /** Without whiteouts. */
  readonly entries: readonly TarEntry[];
  readonly whiteouts: readonly Whiteout[];
}

/** An entry of a layer that removes what lower layers have: https://github.com/opencontainers/image-spec/blob/main/layer.md#whiteouts */
export interface Whiteout {
  /** The path that is removed. */
  readonly path: string;
  /** `content`: all that the directory has, but not the directory. */
  readonly removes: 'path' | 'content';
  /** Its own entry in the layer. */
  readonly entry: TarEntry;
}

/** The prefix of the names of such entries. */
const WHITEOUT = '.wh.';
/** The name of the whiteout that removes the content of its directory. */
const OPAQUE = '.wh..wh..opq';

/** Tells whiteouts from the other entries of a layer. Pure. */
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

/** Whether a whiteout of a higher layer removes `path`. Pure. */
export function isRemovedBy(path: string, { path: removed, removes }: Whiteout): boolean {
  const isBelow = path.startsWith(removed === '/' ? '/' : `${removed}/`);
  return isBelow || (removes === 'path' && path === removed);
}
