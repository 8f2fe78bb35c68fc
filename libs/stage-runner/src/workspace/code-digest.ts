import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The libraries whose code decides what a step does. */
const BUILDERS = [
  '@immutablue/stage-runner',
  '@immutablue/plan',
  '@immutablue/overrides',
  '@immutablue/oci',
  '@immutablue/variant',
] as const;

/** Folders whose code decides what is said of a build or kept of it, and nothing of what is in the image. */
const UNKEYED_FOLDERS = /\/src\/(report|explain|gc|testing)\//;

/**
 * A digest over the code that plans and runs builds, hexadecimal: sources, what they ship beside them, and the versions of what
 * they stand on. Specs do not count.
 *
 * @param more names of libraries whose code counts besides.
 */
export function codeDigest(more: readonly string[] = []): string {
  const id = more.join();
  const digest = digests.get(id) ?? digestOf([...BUILDERS, ...more]);
  digests.set(id, digest);
  return digest;
}

/** A process runs the code that it has loaded: what is on the disk later is for the next one. */
const digests = new Map<string, string>();

function digestOf(libraries: readonly string[]): string {
  const hash = createHash('sha256');
  for (const library of libraries) {
    const directory = dirname(require.resolve(`${library}/package.json`));
    const sources = filesBelow(join(directory, 'src'));
    // Published, a library has no sources, only what was compiled from them.
    const code = sources.length > 0 ? sources : filesBelow(join(directory, 'dist'));
    for (const file of [join(directory, 'package.json'), ...code, ...filesBelow(join(directory, 'scripts'))]) {
      // Hundreds of small files: read asynchronously, they take several times as long.
      hash.update(`${library}${file.slice(directory.length)}\0`).update(readFileSync(file));
    }
  }
  return hash.digest('hex');
}

function filesBelow(directory: string): string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.(ts|js|sh)$/.test(entry.name) && !/\.(spec|d)\.ts$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !UNKEYED_FOLDERS.test(file))
    .sort();
}
