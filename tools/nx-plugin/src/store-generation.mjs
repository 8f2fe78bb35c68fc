/**
 * Prints a line that changes when an image that was built for a variant is not in containers-storage any more: removed by
 * `podman rmi`, or its name given to another image. Nx hashes the line (a `runtime` input of `build`), so a cache hit means
 * that the image is there. A build that succeeds leaves the line as it is. The line also names the store: what was built
 * into another one is not here.
 *
 * Plain JavaScript without imports from the workspace: Nx runs it once for each variant before it knows whether there is
 * anything to do.
 */
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const [variant = ''] = process.argv.slice(2);
const state = join(process.cwd(), '.immutablue', 'state', String(process.getuid?.() ?? 0));
const file = join(state, 'store', `${variant}.json`);

/** @returns {Promise<string | undefined>} the content of a file, or undefined when there is none. */
async function readIfThere(path) {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** @returns {Promise<string>} what stands for this workspace's notes about the store; the first who asks makes it up. */
async function storeId() {
  const path = join(state, 'store-id');
  const known = await readIfThere(path);
  if (known !== undefined) return known.trim();
  await mkdir(state, { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  await writeFile(temporary, `${randomUUID()}\n`);
  try {
    // Unlike a rename, it fails when another process was first.
    await link(temporary, path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  } finally {
    await rm(temporary);
  }
  return (await readFile(path, 'utf8')).trim();
}

/**
 * @param {string[]} args
 * @returns {Promise<string>} what buildah prints; nothing when it fails, or is not there: nothing that was built can be
 *   relied on then. The build says which.
 */
async function buildah(...args) {
  try {
    return (await run('buildah', args)).stdout;
  } catch {
    return '';
  }
}

/**
 * @param {string} reference
 * @returns {Promise<string>} the ID of the image that has this name now.
 */
async function imageOf(reference) {
  return (await buildah('inspect', '--type', 'image', '--format', '{{.FromImageID}}', reference)).trim();
}

/** @returns {Promise<Set<string>>} the IDs of all images. */
async function allImages() {
  const ids = await buildah('images', '--all', '--no-trunc', '--quiet');
  return new Set(ids.split('\n').map((id) => id.replace('sha256:', '')));
}

const text = await readIfThere(file);
const noted = text === undefined ? undefined : JSON.parse(text);
let generation = noted?.generation ?? 0;
if (noted !== undefined) {
  const [entries, built, ids] = [Object.entries(noted.images), noted.built ?? [], await allImages()];
  const found = await Promise.all(entries.map(async ([reference, id]) => (await imageOf(reference)) === id));
  const keptEntries = entries.filter((_, index) => found[index]);
  const keptBuilt = built.filter((id) => ids.has(id));
  if (keptEntries.length < entries.length || keptBuilt.length < built.length) {
    generation += 1;
    const temporary = `${file}.${process.pid}.tmp`;
    const next = { generation, images: Object.fromEntries(keptEntries), built: keptBuilt };
    await writeFile(temporary, `${JSON.stringify(next)}\n`);
    await rename(temporary, file);
  }
}
console.log(`${variant} ${await storeId()} ${generation}`);
