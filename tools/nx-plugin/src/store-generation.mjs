/**
 * Prints a number that changes when an image that was built for a variant is no longer what its name stands for in
 * containers-storage: removed by `podman rmi`, or the name given to another image. Nx hashes the line (a `runtime` input of
 * `build`), so a cache hit means that the image is there. A build that succeeds leaves the number as it is.
 *
 * Plain JavaScript without imports from the workspace: Nx runs it once for each variant before it knows whether there is
 * anything to do.
 */
import { execFile } from 'node:child_process';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const [variant = ''] = process.argv.slice(2);
const directory = join(process.cwd(), '.immutablue', 'state', String(process.getuid?.() ?? 0), 'store');
const file = join(directory, `${variant}.json`);

/** @returns {Promise<{ generation: number, images: Record<string, string> } | undefined>} what the last build noted. */
async function readState() {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * @param {string} reference
 * @returns {Promise<string | undefined>} the ID of the image that has this name now.
 */
async function imageOf(reference) {
  try {
    const { stdout } = await run('buildah', ['inspect', '--type', 'image', '--format', '{{.FromImageID}}', reference]);
    return stdout.trim();
  } catch {
    // No such image, or no buildah: in both cases nothing that was built can be relied on. The build says which.
    return undefined;
  }
}

const state = await readState();
let generation = state?.generation ?? 0;
if (state !== undefined) {
  const entries = Object.entries(state.images);
  const found = await Promise.all(entries.map(async ([reference, id]) => (await imageOf(reference)) === id));
  const kept = entries.filter((_, index) => found[index]);
  if (kept.length < entries.length) {
    generation += 1;
    const temporary = `${file}.${process.pid}.tmp`;
    await writeFile(temporary, `${JSON.stringify({ generation, images: Object.fromEntries(kept) })}\n`);
    await rename(temporary, file);
  }
}
console.log(`${variant} ${generation}`);
