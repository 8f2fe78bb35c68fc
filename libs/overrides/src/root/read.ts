import { isUtf8 } from 'node:buffer';
import { readlinkSync } from 'node:fs';
import { digestOf } from '../digest';
import { type Sha256 } from '../entry';
import { closing, joinBytes, namesIn, openWithoutFollowing, piecesOf, type FileDescriptor } from '../host';
import { childOf, type RootPath } from '../path';
import { guarded, notUsable } from './failures';
import { hostPathOf, lookup, lookupOrThrow, nodeTypeOf, type RootPlace } from './lookup';
import { type RootNode, type RootStat } from './root-filesystem';

/** See `RootFilesystem.lstat`. */
export function statOf(place: RootPlace, path: string): RootStat | undefined {
  const { stats, hostPath } = lookupOrThrow(place, path, 'keep');
  if (stats === undefined) return undefined;
  const type = nodeTypeOf(stats);
  return {
    type,
    mode: stats.mode & 0o7777,
    uid: stats.uid,
    gid: stats.gid,
    size: stats.size,
    ...(type === 'symlink' ? { target: readlinkSync(hostPath) } : {}),
  };
}

/** See `RootFilesystem.exists`. */
export function exists(place: RootPlace, path: string): boolean {
  const { type } = lookup(place, path, 'follow');
  return type !== 'missing' && type !== 'blocked';
}

/** See `RootFilesystem.readFile`. */
export function readFileOf(place: RootPlace, path: string): Promise<Buffer> {
  return withRegularFile(place, path, async (descriptor) => {
    const pieces: Buffer[] = [];
    for await (const piece of piecesOf(descriptor)) pieces.push(Buffer.from(piece));
    return Buffer.concat(pieces);
  });
}

/** See `RootFilesystem.sha256`. */
export function sha256Of(place: RootPlace, path: string): Promise<Sha256> {
  return withRegularFile(place, path, async (descriptor) => (await digestOf(descriptor)).sha256);
}

/** See `RootFilesystem.list`. */
export function listOf(place: RootPlace, path: string): readonly RootNode[] {
  return childrenOf(directoryAt(place, path)).map(({ node }) => node);
}

/** See `RootFilesystem.walk`. */
export async function* walkOf(place: RootPlace, path: string): AsyncGenerator<RootNode, void, void> {
  const pending = [await guarded(path, () => childrenOf(directoryAt(place, path)))];
  for (let children = pending.at(-1); children !== undefined; children = pending.at(-1)) {
    const child = children.shift();
    if (child === undefined) {
      pending.pop();
      continue;
    }
    yield child.node;
    if (child.node.type === 'directory') {
      pending.push(await guarded(child.node.path, () => childrenOf(child)));
    }
  }
}

/** A directory by the bytes of its name, because a hostile tree has names that no text stands for. */
interface DirectoryOnHost {
  readonly path: RootPath;
  readonly hostPath: Buffer;
}

interface Child extends DirectoryOnHost {
  readonly node: RootNode;
}

function directoryAt(place: RootPlace, path: string): DirectoryOnHost {
  const result = lookupOrThrow(place, path, 'follow');
  if (result.type === 'missing') throw notUsable(path, 'does not exist');
  if (result.type !== 'directory') throw notUsable(path, 'is not a directory');
  return { path: result.path, hostPath: Buffer.from(hostPathOf(place, result.path)) };
}

function childrenOf(directory: DirectoryOnHost): Child[] {
  const names = namesIn(directory.hostPath);
  return names.map((entry) => {
    const path = childOf(directory.path, entry.name.toString());
    const hostPath = joinBytes(directory.hostPath, entry.name);
    return { path, hostPath, node: { path, type: nodeTypeOf(entry), encoding: isUtf8(hostPath) ? 'utf-8' : 'other' } };
  });
}

function withRegularFile<T>(
  place: RootPlace,
  path: string,
  use: (descriptor: FileDescriptor) => Promise<T>,
): Promise<T> {
  const result = lookupOrThrow(place, path, 'follow');
  if (result.type === 'missing') throw notUsable(path, 'does not exist');
  if (result.type !== 'file') throw notUsable(path, 'is not a regular file');
  return closing(openWithoutFollowing(result.hostPath), use);
}
