import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { namesIn, statIfThere } from '@immutablue/oci';

/** The folders that builds and pushes make for a while begin so; see `mkdtemp` in libs/oci and libs/stage-runner. */
const TEMPORARY = /^immutablue-(output|layer|archive|image|push)-[A-Za-z0-9]{6}$/;

/** Older than the longest of builds. */
const DAYS = 2;

/**
 * The temporary folders of this user that killed programs left behind.
 *
 * @returns absolute paths.
 */
export async function findOrphanedFolders(
  now: number = Date.now(),
  directory: string = tmpdir(),
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const name of await namesIn(directory)) {
    if (!TEMPORARY.test(name)) continue;
    const path = join(directory, name);
    const stat = await statIfThere(path);
    if (stat?.isDirectory() !== true || stat.uid !== process.getuid?.()) continue;
    if (now - stat.mtimeMs > DAYS * 24 * 60 * 60 * 1000) found.push(path);
  }
  return found;
}

/** Removes what {@link findOrphanedFolders} found. */
export async function removeFolders(paths: readonly string[]): Promise<void> {
  for (const path of paths) await rm(path, { recursive: true, force: true });
}
