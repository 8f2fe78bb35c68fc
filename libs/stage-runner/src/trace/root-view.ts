import { lstatSync, readlinkSync, type BigIntStats } from 'node:fs';
import { posix } from 'node:path';
import type { PathState, RootView } from './undeclared';

/** How many links may be on the way to a path: path_resolution(7). */
const MOST_LINKS = 40;

/**
 * Looks at the root file system of a container, and at that of the image that its build stands on.
 *
 * @param container where the one is mounted on this machine.
 * @param below where the other is.
 */
export function createRootView(container: string, below: string): RootView {
  const own = statsIn(container);
  const parent = statsIn(below);
  const directories = new Map<string, ReturnType<RootView['resolve']>>();

  /** Follows links part by part inside the root, as chroot(2) does it. */
  function resolve(path: string, lastPart: 'follow' | 'keep', depth = 0): ReturnType<RootView['resolve']> {
    if (path === '/') return { path, links: [] };
    const directory = resolveDirectory(posix.dirname(path), depth);
    const here = posix.join(directory.path, posix.basename(path));
    if (lastPart === 'keep' || depth > MOST_LINKS || own(here)?.isSymbolicLink() !== true) {
      return { path: here, links: directory.links };
    }
    const target = posix.resolve(directory.path, readlinkSync(posix.join(container, here)));
    const end = resolve(target, 'follow', depth + 1);
    return { path: end.path, links: [...directory.links, here, ...end.links] };
  }

  function resolveDirectory(path: string, depth: number): ReturnType<RootView['resolve']> {
    const known = directories.get(path) ?? resolve(path, 'follow', depth);
    directories.set(path, known);
    return known;
  }

  return { resolve: (path, lastPart) => resolve(path, lastPart), now: stateIn(own), below: stateIn(parent) };
}

function stateIn(stats: (path: string) => BigIntStats | undefined): (path: string) => PathState | undefined {
  return (path) => {
    const found = stats(path);
    return found === undefined
      ? undefined
      : { type: found.isDirectory() ? 'directory' : 'other', state: stateOf(found) };
  };
}

/** A directory has another time when something in it was made or removed: it counts without. */
function stateOf(stats: BigIntStats): string {
  const content = stats.isDirectory() ? [] : [stats.size, stats.mtimeNs];
  return [stats.mode, stats.uid, stats.gid, ...content].join(' ');
}

/** Asks for each path once. A link on the way is not followed: it could lead to files of this machine. */
function statsIn(root: string): (path: string) => BigIntStats | undefined {
  const known = new Map<string, BigIntStats | undefined>([['/', lstat(root)]]);
  const stats = (path: string): BigIntStats | undefined => {
    if (known.has(path)) return known.get(path);
    const isInDirectory = stats(posix.dirname(path))?.isDirectory() === true;
    const found = isInDirectory ? lstat(posix.join(root, path)) : undefined;
    known.set(path, found);
    return found;
  };
  return stats;
}

function lstat(path: string): BigIntStats | undefined {
  try {
    return lstatSync(path, { bigint: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
