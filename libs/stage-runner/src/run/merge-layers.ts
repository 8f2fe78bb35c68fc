import type { Layer } from '@immutablue/oci';
import { ancestorsOf } from '@immutablue/plan';

/** What layers together do at a path. */
export type MergedChange =
  | { readonly kind: 'removed'; readonly path: string; readonly removes: 'path' | 'content' }
  | { readonly kind: 'has'; readonly path: string; readonly type: 'directory' | 'other' };

/**
 * What layers, the lowest first, together make of the root filesystem that they stand on, in the order in which it is to be
 * done: a directory before what is in it, and at one path first what is removed. A path is a place, with real directories
 * on the way: of what was in a directory that is a link at the end, nothing is left. Pure.
 *
 * @see https://github.com/opencontainers/image-spec/blob/main/layer.md#applying-changesets
 */
export function mergeLayers(layers: readonly Layer[]): readonly MergedChange[] {
  const hiding = hidingIn(layers);
  const removed = new Map<string, MergedChange>();
  const has = new Map<string, Extract<MergedChange, { kind: 'has' }>>();
  for (const [index, { entries, whiteouts }] of layers.entries()) {
    for (const { path, removes } of whiteouts) {
      if (!hiding.isWayGone(path, index))
        removed.set(removes === 'path' ? path : `${path}/`, { kind: 'removed', path, removes });
    }
    for (const { path, type } of entries) {
      if (hiding.isGone(path, index)) continue;
      const before = has.get(path);
      has.set(path, { kind: 'has', path, type: type === 'directory' ? 'directory' : 'other' });
      // What was in a directory before it was something else is not in the one that came after it.
      if (type === 'directory' && before?.type === 'other')
        removed.set(path, { kind: 'removed', path, removes: 'path' });
    }
  }
  // Sorting keeps the order of what is at one path.
  return [...removed.values(), ...has.values()].sort((one, other) =>
    one.path === other.path ? 0 : one.path < other.path ? -1 : 1,
  );
}

/** The first path that a layer has and a higher one removes, or has no directory any more in which it could be. Pure. */
export function firstHidden(layers: readonly Layer[]): string | undefined {
  const hiding = hidingIn(layers);
  for (const [index, { entries }] of layers.entries()) {
    const found = entries.find(({ path }) => hiding.isGone(path, index));
    if (found !== undefined) return found.path;
  }
  return undefined;
}

/** What of a layer, by its index, the higher ones hide. */
interface Hiding {
  /** Whether nothing is left of what the layer has at `path`. */
  readonly isGone: (path: string, index: number) => boolean;
  /** The same for a directory on the way to `path`, or for all that it had. */
  readonly isWayGone: (path: string, index: number) => boolean;
}

function hidingIn(layers: readonly Layer[]): Hiding {
  // By path, the index of the highest layer that does it.
  const removed = new Map<string, number>();
  const emptied = new Map<string, number>();
  const replaced = new Map<string, number>();
  for (const [index, { entries, whiteouts }] of layers.entries()) {
    for (const { path, removes } of whiteouts) (removes === 'path' ? removed : emptied).set(path, index);
    for (const { path, type } of entries) if (type !== 'directory') replaced.set(path, index);
  }
  const isAbove = (done: ReadonlyMap<string, number>, path: string, index: number) => (done.get(path) ?? -1) > index;
  const isWayGone = (path: string, index: number) =>
    ['/', ...ancestorsOf(path)].some((ancestor) =>
      [removed, emptied, replaced].some((done) => isAbove(done, ancestor, index)),
    );
  return { isWayGone, isGone: (path, index) => isAbove(removed, path, index) || isWayGone(path, index) };
}
