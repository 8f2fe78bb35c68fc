import { isUtf8 } from 'node:buffer';
import { lstatSync, readlinkSync, type Stats } from 'node:fs';
import { visible } from '@immutablue/diagnostics';
import { ROOT_DIRECTORY, childOf, parentOf, splitPath, type RootPath } from '../path';
import { notUsable } from './failures';
import { type LastPart, type NodeType, type ResolvedPath, type RootOptions } from './root-filesystem';

/** A mounted root filesystem and how to write to it. */
export interface RootPlace extends RootOptions {
  readonly mountPoint: string;
}

/** How many links a path may lead through; the same as in Linux (path_resolution(7)). */
export const MAXIMUM_LINKS = 40;

/** A path that leads nowhere: not to a place where something is missing, but to no place at all. */
export interface BlockedPath {
  readonly type: 'blocked';
  /** How far the way went. */
  readonly at: RootPath;
  readonly reason: 'not-a-directory' | 'too-many-links' | 'parent-of-missing' | 'target-not-utf8';
}

export type Lookup = (ResolvedPath & { readonly stats?: Stats }) | BlockedPath;

/**
 * Follows `path` from the root of the image, part by part, as openat2(2) does with RESOLVE_IN_ROOT. No part is given to
 * the system before everything in front of it is known to be a real directory.
 */
export function lookup(place: RootPlace, path: string, lastPart: LastPart): Lookup {
  let pending = splitPath(path);
  let current: RootPath = ROOT_DIRECTORY;
  let stats: Stats | undefined = lstatSync(hostPathOf(place, current));
  let links = 0;
  for (;;) {
    const [part, ...rest] = pending;
    if (part === undefined) return found(place, current, stats);
    if (stats !== undefined && !stats.isDirectory()) return { type: 'blocked', at: current, reason: 'not-a-directory' };
    pending = rest;
    if (part === '..') {
      if (stats === undefined) return { type: 'blocked', at: current, reason: 'parent-of-missing' };
      current = parentOf(current);
      stats = lstatSync(hostPathOf(place, current));
      continue;
    }
    const next = childOf(current, part);
    // Nothing is below what is missing: the rest of the path is taken as it is written.
    const nextStats: Stats | undefined =
      stats === undefined ? undefined : lstatSync(hostPathOf(place, next), { throwIfNoEntry: false });
    if (nextStats?.isSymbolicLink() === true && (rest.length > 0 || lastPart === 'follow')) {
      links += 1;
      if (links > MAXIMUM_LINKS) return { type: 'blocked', at: next, reason: 'too-many-links' };
      const target = readlinkSync(hostPathOf(place, next), 'buffer');
      if (!isUtf8(target)) return { type: 'blocked', at: next, reason: 'target-not-utf8' };
      pending = [...partsOfTarget(target.toString()), ...rest];
      if (target.toString().startsWith('/')) {
        current = ROOT_DIRECTORY;
        stats = lstatSync(hostPathOf(place, current));
      }
      continue;
    }
    current = next;
    stats = nextStats;
  }
}

/** Like {@link lookup}, but a path that leads nowhere is an error. */
export function lookupOrThrow(place: RootPlace, path: string, lastPart: LastPart): Exclude<Lookup, BlockedPath> {
  const result = lookup(place, path, lastPart);
  if (result.type === 'blocked') throw notUsable(path, explainBlocked(result));
  return result;
}

/** Why the way ended, to stand behind the path. */
export function explainBlocked(blocked: BlockedPath): string {
  const at = visible(blocked.at);
  switch (blocked.reason) {
    case 'not-a-directory':
      return `leads through \`${at}\`, which is not a directory`;
    case 'too-many-links':
      return `leads through more than ${MAXIMUM_LINKS} links (at \`${at}\`)`;
    case 'parent-of-missing':
      return `leads through \`${at}/..\`, but \`${at}\` does not exist`;
    case 'target-not-utf8':
      return `leads through the link \`${at}\`, whose target is not UTF-8`;
  }
}

/** Where a path without links is on this machine. */
export function hostPathOf(place: RootPlace, path: RootPath): string {
  return path === '/' ? place.mountPoint : `${place.mountPoint}${path}`;
}

/** What `lstat` found, as one of four types. */
export function nodeTypeOf(stats: {
  isFile: () => boolean;
  isDirectory: () => boolean;
  isSymbolicLink: () => boolean;
}): NodeType {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'directory';
  return stats.isSymbolicLink() ? 'symlink' : 'other';
}

function found(place: RootPlace, path: RootPath, stats: Stats | undefined): Lookup {
  const hostPath = hostPathOf(place, path);
  return stats === undefined ? { path, hostPath, type: 'missing' } : { path, hostPath, type: nodeTypeOf(stats), stats };
}

/** `..` above the root stays at the root, so a target needs no check of its own. */
function partsOfTarget(target: string): readonly string[] {
  return target.split('/').filter((part) => part !== '' && part !== '.');
}
