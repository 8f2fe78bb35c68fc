import { dirname, join, resolve } from 'node:path/posix';
import type { Layer, TarEntry } from '@immutablue/oci';
import { identityOf, indexLayer, type IndexedLayer } from '@immutablue/stage-runner';

/** What an image has at a path, and the layer that it is of. */
export interface PlacedEntry {
  readonly entry: TarEntry;
  readonly layer: IndexedLayer;
}

/** All paths of an image's root filesystem. */
export type RootTree = ReadonlyMap<string, PlacedEntry>;

/**
 * The root filesystem that layers, the lowest first, make together. Pure.
 *
 * https://github.com/opencontainers/image-spec/blob/main/layer.md
 */
export function rootTree(layers: readonly Layer[]): RootTree {
  const tree = new Map<string, PlacedEntry>();
  for (const layer of layers.map(indexLayer)) {
    removeHidden(tree, layer.layer);
    for (const entry of layer.layer.entries) tree.set(entry.path, { entry, layer });
  }
  return tree;
}

/** Removes from a tree what a layer on top of it hides. */
function removeHidden(tree: Map<string, PlacedEntry>, { whiteouts, entries }: Layer): void {
  const removed = new Set(whiteouts.filter(({ removes }) => removes === 'path').map(({ path }) => path));
  const emptied = new Set(whiteouts.map(({ path }) => path));
  // What is put in the place of a directory hides all that was in it.
  for (const { path, type } of entries) {
    if (type !== 'directory' && tree.get(path)?.entry.type === 'directory') emptied.add(path);
  }
  if (emptied.size === 0) return;
  for (const path of tree.keys()) {
    if (removed.has(path) || isBelow(path, emptied)) tree.delete(path);
  }
}

function isBelow(path: string, directories: ReadonlySet<string>): boolean {
  for (let parent = path; parent !== '/';) {
    parent = dirname(parent);
    if (directories.has(parent)) return true;
  }
  return false;
}

/** Whether two images have the same at a path. When it was written does not count. */
export function isSame(before: PlacedEntry, after: PlacedEntry): boolean {
  if (before.layer.layer.diffId === after.layer.layer.diffId) return true;
  return identityOf(before.entry, before.layer) === identityOf(after.entry, after.layer);
}

/** As many links as the kernel follows: path_resolution(7). */
const LINKS = 40;

/** Gives for a path the one that a tree has it at: directories on the way to it may be links, as /bin and /lib are. Pure. */
export function pathResolver(tree: RootTree): (path: string) => string {
  const known = new Map<string, string>();
  const directoryAt = (path: string, links: number): string => {
    const found = known.get(path);
    if (found !== undefined || path === '/') return found ?? '/';
    const parent = directoryAt(dirname(path), links);
    const place = resolve(parent, path.slice(path.lastIndexOf('/') + 1));
    const entry = tree.get(place)?.entry;
    const real = entry?.type === 'symlink' && links > 0 ? directoryAt(resolve(parent, entry.target), links - 1) : place;
    known.set(path, real);
    return real;
  };
  return (path) => join(directoryAt(dirname(path), LINKS), path.slice(path.lastIndexOf('/') + 1));
}
