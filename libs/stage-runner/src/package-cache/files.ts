import { constants } from 'node:fs';
import { copyFile, cp, link, lstat, readdir, rename, rm, symlink } from 'node:fs/promises';
import type { Dirent, Stats } from 'node:fs';

/** The entries of a directory; none when it is not there. */
export async function entriesOf(directory: string): Promise<Dirent[]> {
  return (await unlessMissing(() => readdir(directory, { withFileTypes: true }))) ?? [];
}

/** The names of the directories in a directory. */
export async function directoriesIn(directory: string): Promise<string[]> {
  return (await entriesOf(directory)).filter((entry) => entry.isDirectory()).map((entry) => entry.name);
}

/** What a path is, links not followed; undefined when there is nothing. */
export function statIfThere(path: string): Promise<Stats | undefined> {
  return unlessMissing(() => lstat(path));
}

/** The result of `work`, or undefined when what it is about is not there. */
export async function unlessMissing<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** File systems that have no hard links, or have no more of them for this file, or are not the same: link(2). */
const NO_LINK = ['EXDEV', 'EMLINK', 'EPERM', 'ENOTSUP'];

/**
 * Gives a file a second name, or copies it where that cannot be. Nothing happens when the target is there already.
 *
 * @param partial where a copy grows, on the target's file system: the target itself is complete or not there.
 */
export async function linkOrCopy(source: string, target: string, partial: string): Promise<void> {
  try {
    await link(source, target);
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return;
    if (!hasCode(error, ...NO_LINK)) throw error;
    try {
      await copyFile(source, partial, constants.COPYFILE_FICLONE);
      await rename(partial, target);
    } finally {
      await rm(partial, { force: true });
    }
  }
}

/** Copies a file or a directory with its times, which package managers go by. */
export async function copyTree(source: string, target: string): Promise<void> {
  await cp(source, target, { recursive: true, preserveTimestamps: true, mode: constants.COPYFILE_FICLONE });
}

/** Makes `path` a link to `target`; a reader finds the old one or the new. */
export async function replaceLink(target: string, path: string, temporary: string): Promise<void> {
  await rm(temporary, { force: true });
  await symlink(target, temporary);
  await rename(temporary, path);
}

export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return codes.includes((error as NodeJS.ErrnoException).code ?? '');
}
