import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { createReadStream, lstatSync, readdirSync, readFileSync, readlinkSync, type Stats } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { readXattrs } from './read-xattrs';
import type { Tree, TreeNode } from './tree';

/** Files up to this size are read at once, which for the many small ones of a root filesystem is several times as fast. */
const SMALL_BYTES = 1024 * 1024;

/** Reads all that is in a directory of this machine, itself included. Links are not followed. */
export async function readTree(directory: string): Promise<Tree> {
  const xattrs = await readXattrs(directory);
  const tree = new Map<string, TreeNode>();
  const pending = [{ path: '/', onHost: Buffer.from(directory) }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { path, onHost } = next;
    const stats = lstatSync(onHost);
    tree.set(path, await readNode(onHost, stats, xattrs.get(path) ?? {}));
    if (!stats.isDirectory()) continue;
    for (const name of readdirSync(onHost, { encoding: 'buffer' })) {
      pending.push({
        path: `${path === '/' ? '' : path}/${textOf(name)}`,
        onHost: Buffer.concat([onHost, Buffer.from('/'), name]),
      });
    }
  }
  return tree;
}

async function readNode(onHost: Buffer, stats: Stats, xattrs: TreeNode['xattrs']): Promise<TreeNode> {
  const base = { mode: stats.mode & 0o7777, uid: stats.uid, gid: stats.gid, xattrs };
  if (stats.isFile()) return { ...base, type: 'file', sha256: await sha256Of(onHost, stats.size) };
  if (stats.isDirectory()) return { ...base, type: 'directory' };
  if (stats.isSymbolicLink()) {
    return { ...base, type: 'symlink', target: textOf(readlinkSync(onHost, { encoding: 'buffer' })) };
  }
  if (stats.isFIFO()) return { ...base, type: 'fifo' };
  if (stats.isSocket()) return { ...base, type: 'socket' };
  return { ...base, type: 'device', device: `${stats.isBlockDevice() ? 'block' : 'character'} ${stats.rdev}` };
}

async function sha256Of(file: Buffer, size: number): Promise<string> {
  const hash = createHash('sha256');
  if (size <= SMALL_BYTES) hash.update(readFileSync(file));
  else await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

function textOf(name: Buffer): string {
  if (isUtf8(name)) return name.toString();
  return [...name]
    .map((byte) => (byte < 0x80 ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`))
    .join('');
}
