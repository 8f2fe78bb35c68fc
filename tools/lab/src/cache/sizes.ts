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

/** Bytes as a person reads them: `549 MB`. */
export function formatSize(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value < 10 && unit > 0 ? value.toFixed(1) : value.toFixed(0)} ${units[unit] ?? ''}`;
}
