import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from '@immutablue/plan';

/**
 * A digest over a file, or over all that is in a folder: names, contents, links and which files are executable. When a file
 * was written does not count.
 *
 * @returns an empty string when there is nothing at the path.
 */
export async function digestFolder(path: string): Promise<string> {
  const stat = await lstat(path).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  });
  if (stat === undefined) return '';
  if (stat.isSymbolicLink()) return sha256(`link ${await readlink(path)}`);
  if (stat.isFile()) return sha256(`file ${stat.mode & 0o111} ${sha256(await readFile(path))}`);
  if (!stat.isDirectory()) return sha256('other');
  const names = (await readdir(path)).sort();
  const parts = await Promise.all(names.map(async (name) => [name, await digestFolder(join(path, name))]));
  return sha256(JSON.stringify(parts));
}
