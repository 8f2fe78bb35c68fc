import { randomUUID } from 'node:crypto';
import { lstat, mkdir, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isOrphan, ownedName } from '../process/owned-name';
import { unlessMissing } from './files';

/**
 * Gives `work` an empty folder that no other user can read, and removes it afterwards. One that a killed process leaves is removed
 * by the next build: its name tells whose it is.
 */
export async function withWorkingFolder<T>(purpose: string, work: (directory: string) => Promise<T>): Promise<T> {
  const directory = join(tmpdir(), await ownedName(`${purpose}-${randomUUID()}`));
  await mkdir(directory, { mode: 0o700 });
  try {
    return await work(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Removes the working folders of this user whose process has ended without removing them. @returns their paths. */
export async function removeOrphanedFolders(parent = tmpdir()): Promise<readonly string[]> {
  const removed: string[] = [];
  for (const name of await readdir(parent)) {
    if (!(await isOrphan(name))) continue;
    const directory = join(parent, name);
    const stat = await unlessMissing(() => lstat(directory));
    // Everybody can write there: what is another user's is not touched.
    if (stat?.isDirectory() !== true || stat.uid !== process.getuid?.()) continue;
    await rm(directory, { recursive: true, force: true });
    removed.push(directory);
  }
  return removed;
}
