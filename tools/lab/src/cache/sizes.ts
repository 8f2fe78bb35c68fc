import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type ArtifactKind } from './paths';

/** Bytes of an artifact. A repository's packages are links into other artifacts and counted there. */
export async function artifactSize(kind: ArtifactKind, directory: string): Promise<number> {
  return await directorySize(directory, kind === 'repository' ? 'unshared' : 'all');
}

/** Bytes of the files below a directory: of all, or of those that have no link elsewhere. */
export async function directorySize(directory: string, counted: 'all' | 'unshared'): Promise<number> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const stats = await Promise.all(files.map((entry) => lstat(join(entry.parentPath, entry.name))));
  return stats.filter(({ nlink }) => counted === 'all' || nlink === 1).reduce((sum, { size }) => sum + size, 0);
}
