import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

/** The content of a text file, or undefined when there is no such file. */
export async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
}

/** The names of a folder's entries, sorted; none when there is no such folder. */
export async function namesIn(directory: string): Promise<string[]> {
  try {
    return (await readdir(directory)).sort();
  } catch (error) {
    if (isAbsence(error)) return [];
    throw error;
  }
}

function isAbsence(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}

/**
 * Writes a file, and the folders on the way. A reader sees the old content or the new, never a part; so does one after a loss
 * of power: the content is on the disk before it gets the file's name, see fsync(2).
 */
export async function writeAtomically(file: string, content: string): Promise<void> {
  const directory = dirname(file);
  await mkdir(directory, { recursive: true });
  // Unique: one process may write the same file twice at a time.
  const temporary = `${file}.${process.pid}.${randomUUID()}.tmp`;
  try {
    await withOpen(temporary, 'wx', async (handle) => {
      await handle.writeFile(content);
      await handle.sync();
    });
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await withOpen(directory, 'r', (handle) => handle.sync());
}

async function withOpen(path: string, flags: string, work: (handle: FileHandle) => Promise<void>): Promise<void> {
  const handle = await open(path, flags);
  try {
    await work(handle);
  } finally {
    await handle.close();
  }
}
