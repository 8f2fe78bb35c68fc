import { randomUUID } from 'node:crypto';
import type { Dirent, Stats } from 'node:fs';
import { lstat, mkdir, open, readdir, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DiagnosticError, isSystemError, systemFault } from '@immutablue/diagnostics';

/** What a path is, links not followed; undefined when there is nothing. */
export async function statIfThere(path: string): Promise<Stats | undefined> {
  return await unlessMissing(() => lstat(path));
}

/** The names of a folder's entries, sorted; none when there is no such folder. */
export async function namesIn(directory: string): Promise<string[]> {
  return (await entriesIn(directory)).map(({ name }) => name);
}

/** The names of the folders in a folder, sorted; none when there is no such folder. */
export async function foldersIn(directory: string): Promise<string[]> {
  return (await entriesIn(directory)).filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

/** The entries of a folder, sorted by name; none when there is no such folder. */
export async function entriesIn(directory: string): Promise<Dirent[]> {
  const entries = await unlessMissing(() => readdir(directory, { withFileTypes: true }));
  return (entries ?? []).sort((left, right) => (left.name < right.name ? -1 : 1));
}

/** The result of `work`, or undefined when the file that it is about is missing; so it is where a file is on the way to it. */
export async function unlessMissing<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

/**
 * Writes a file, and the folders on the way. A reader sees the old content or the new, never a part; so does one after a loss
 * of power: the content is on the disk before it gets the file's name, see fsync(2).
 *
 * @throws {DiagnosticError} as {@link whileWriting} does.
 */
export async function writeAtomically(file: string, content: string): Promise<void> {
  const directory = dirname(file);
  // Unique: one process may write the same file twice at a time.
  const temporary = `${file}.${process.pid}.${randomUUID()}.tmp`;
  await whileWriting(file, async () => {
    await mkdir(directory, { recursive: true });
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
  });
}

/**
 * The result of `work`, which writes a file.
 *
 * @throws {DiagnosticError} with the file's name for what the system refuses: an error of write(2) does not say what it is about.
 */
export async function whileWriting<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const fault = isSystemError(error) ? systemFault(error, file) : undefined;
    throw fault === undefined ? error : new DiagnosticError(fault, { cause: error });
  }
}

async function withOpen(path: string, flags: string, work: (handle: FileHandle) => Promise<void>): Promise<void> {
  const handle = await open(path, flags);
  try {
    await work(handle);
  } finally {
    await handle.close();
  }
}
