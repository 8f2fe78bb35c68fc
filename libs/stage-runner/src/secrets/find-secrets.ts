import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import type { RootFilesystem } from '@immutablue/overrides';

/**
 * The paths of what holds one of the values, in its name, its target if it is a link, or its content. Sees no value that a program has
 * changed, by base64 for example.
 */
export async function findSecrets(root: RootFilesystem, values: readonly Buffer[]): Promise<readonly string[]> {
  if (values.length === 0) return [];
  const found: string[] = [];
  for await (const { path, type } of root.walk('/')) {
    const target = type === 'symlink' ? ((await root.lstat(path))?.target ?? '') : '';
    const text = Buffer.from(`${path}\n${target}`);
    const isNamed = values.some((value) => text.includes(value));
    if (isNamed || (type === 'file' && (await holdsAny(join(root.mountPoint, path), values)))) found.push(path);
  }
  return found;
}

async function holdsAny(file: string, values: readonly Buffer[]): Promise<boolean> {
  const longest = Math.max(...values.map(({ length }) => length));
  let rest = Buffer.alloc(0);
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    // A value may begin in one piece and end in the next.
    const piece = Buffer.concat([rest, chunk]);
    if (values.some((value) => piece.includes(value))) return true;
    rest = piece.subarray(Math.max(0, piece.length - longest));
  }
  return false;
}
