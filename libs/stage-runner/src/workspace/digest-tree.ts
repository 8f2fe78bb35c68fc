import { lstatSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '@immutablue/plan';
import type { FileDigests } from './file-digests';

/**
 * A digest over all that is in a folder: names, contents, links, modes, and folders that are empty. Nx sees contents alone, and
 * those only of files that git does not ignore.
 *
 * @returns an empty string when there is nothing at the path.
 */
export function digestTree(path: string, digests: Pick<FileDigests, 'of'>): string {
  const tree = treeAt(path, digests);
  return tree === undefined ? '' : sha256(JSON.stringify(tree));
}

/** What cannot be read, or goes away meanwhile, is for whoever copies the tree to report: with its place and a hint. */
function treeAt(path: string, digests: Pick<FileDigests, 'of'>): unknown {
  try {
    return nodeAt(path, digests);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (['EACCES', 'ENOENT'].includes(code)) return code;
    throw error;
  }
}

/** Dozens of small questions: asked in the background, they take several times as long. */
function nodeAt(path: string, digests: Pick<FileDigests, 'of'>): unknown {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return undefined;
  if (stat.isSymbolicLink()) return { link: readlinkSync(path) };
  const mode = stat.mode & 0o7777;
  if (stat.isFile()) return { mode, content: digests.of(path, stat) };
  if (!stat.isDirectory()) return 'other';
  const names = readdirSync(path).sort();
  return { mode, entries: names.map((name) => [name, treeAt(join(path, name), digests)]) };
}
