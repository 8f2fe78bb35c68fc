import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** The libraries whose code decides what a step does; their sources and what they ship beside them. */
const LIBRARIES = [
  '@immutablue/stage-runner',
  '@immutablue/overrides',
  '@immutablue/oci',
  '@immutablue/variant',
] as const;

/** Folders whose code decides what is said of a build or kept of it, and nothing of what is in the image. */
const WORDS = /\/src\/(report|explain|containerfile|disk|testing)\//;

/** A digest over the code that plans and runs builds, hexadecimal. Specs do not count. */
export async function codeDigest(): Promise<string> {
  const hash = createHash('sha256');
  for (const library of LIBRARIES) {
    const directory = dirname(require.resolve(`${library}/package.json`));
    const sources = await filesBelow(join(directory, 'src'));
    // Published, a library has no sources, only what was compiled from them.
    const code = sources.length > 0 ? sources : await filesBelow(join(directory, 'dist'));
    for (const file of [...code, ...(await filesBelow(join(directory, 'scripts')))]) {
      hash.update(`${library}${file.slice(directory.length)}\0`).update(await readFile(file));
    }
  }
  return hash.digest('hex');
}

async function filesBelow(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true, recursive: true }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  });
  return entries
    .filter((entry) => entry.isFile() && /\.(ts|js|sh)$/.test(entry.name) && !/\.(spec|d)\.ts$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !WORDS.test(file))
    .sort();
}
