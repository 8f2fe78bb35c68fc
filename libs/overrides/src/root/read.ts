import { isUtf8 } from 'node:buffer';
import { readlink, type FileHandle } from 'node:fs/promises';
import { digestOf } from '../digest';
import { type Sha256 } from '../entry';
import { joinBytes, namesIn, openWithoutFollowing } from '../host';
import { childOf, type RootPath } from '../path';
import { guarded, notUsable } from './failures';
import { hostPathOf, lookup, lookupOrThrow, nodeTypeOf, type RootPlace } from './lookup';
import { type RootNode, type RootStat } from './root-filesystem';

/** See `RootFilesystem.lstat`. */
export async function statOf(place: RootPlace, path: string): Promise<RootStat | undefined> {
  const { stats, hostPath } = await lookupOrThrow(place, path, 'keep');
  if (stats === undefined) return undefined;
  const type = nodeTypeOf(stats);
  return {
    type,
    mode: stats.mode & 0o7777,
    uid: stats.uid,
    gid: stats.gid,
    size: stats.size,
    ...(type === 'symlink' ? { target: await readlink(hostPath) } : {}),
  };
}

/** See `RootFilesystem.exists`. */
export async function exists(place: RootPlace, path: string): Promise<boolean> {
  const { type } = await lookup(place, path, 'follow');
  return type !== 'missing' && type !== 'blocked';
}

/** See `RootFilesystem.readFile`. */
export function readFileOf(place: RootPlace, path: string): Promise<Buffer> {
  return withRegularFile(place, path, (handle) => handle.readFile());
}

/** See `RootFilesystem.sha256`. */
export function sha256Of(place: RootPlace, path: string): Promise<Sha256> {
  return withRegularFile(place, path, async (handle) => (await digestOf(handle)).sha256);
}

/** See `RootFilesystem.list`. */
export async function listOf(place: RootPlace, path: string): Promise<readonly RootNode[]> {
  return (await childrenOf(await directoryAt(place, path))).map(({ node }) => node);
}

/** See `RootFilesystem.walk`. */
export async function* walkOf(place: RootPlace, path: string): AsyncGenerator<RootNode, void, void> {
  const start = await guarded(path, () => directoryAt(place, path));
  const pending = [await guarded(path, () => childrenOf(start))];
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

async function directoryAt(place: RootPlace, path: string): Promise<DirectoryOnHost> {
  const result = await lookupOrThrow(place, path, 'follow');
  if (result.type === 'missing') throw notUsable(path, 'does not exist');
  if (result.type !== 'directory') throw notUsable(path, 'is not a directory');
  return { path: result.path, hostPath: Buffer.from(hostPathOf(place, result.path)) };
}

async function childrenOf(directory: DirectoryOnHost): Promise<Child[]> {
  const names = await namesIn(directory.hostPath);
  return names.map((entry) => {
    const path = childOf(directory.path, entry.name.toString());
    const hostPath = joinBytes(directory.hostPath, entry.name);
    return { path, hostPath, node: { path, type: nodeTypeOf(entry), encoding: isUtf8(hostPath) ? 'utf-8' : 'other' } };
  });
}

async function withRegularFile<T>(place: RootPlace, path: string, use: (handle: FileHandle) => Promise<T>): Promise<T> {
  const result = await lookupOrThrow(place, path, 'follow');
  if (result.type === 'missing') throw notUsable(path, 'does not exist');
  if (result.type !== 'file') throw notUsable(path, 'is not a regular file');
  const handle = await openWithoutFollowing(result.hostPath);
  try {
    return await use(handle);
  } finally {
    await handle.close();
  }
}
