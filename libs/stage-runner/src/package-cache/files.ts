import { constants } from 'node:fs';
import { copyFile, cp, link, rename, rm, symlink } from 'node:fs/promises';

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

function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return codes.includes((error as NodeJS.ErrnoException).code ?? '');
}
