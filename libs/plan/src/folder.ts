import type { FolderContent } from '@immutablue/overrides';
import { sha256 } from './sha256';

/** The SHA-256 of all that is in a folder, hexadecimal; where the folder is does not count. */
export function folderDigest({ entries }: Pick<FolderContent, 'entries'>): string {
  return sha256(JSON.stringify(entries));
}

/** The digest of a file of a folder. @throws when the folder has no such file: it was read with the folder. */
export function digestIn({ folder, entries }: FolderContent, path: string): string {
  const entry = entries.find((candidate) => candidate.path === path);
  if (entry?.type !== 'file') throw new Error(`${folder} was read without ${path}`);
  return entry.sha256;
}
