/**
 * Prints a line that changes when an image that was built for a variant is not in containers-storage any more: removed by
 * `podman rmi`, or its name given to another image. Nx hashes the line (a `runtime` input of `build`), so a cache hit means
 * that the image is there. A build that succeeds leaves the line as it is. The line also names the store: what was built
 * into another one is not here. With `--lab` instead of a variant, the line changes when something of the lab has.
 *
 * Plain JavaScript without imports from the workspace: Nx runs it once for each variant before it knows whether there is
 * anything to do.
 */
import { createHash, randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readIfThere, storeImages, writeWhole } from './store-images.mjs';

const state = join(process.cwd(), '.immutablue', 'state', String(process.getuid?.() ?? 0));

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
 * @param {string} variant
 * @returns {Promise<number>} how often something that was built for it was found missing, this time included.
 */
async function generationOf(variant) {
  const file = join(state, 'store', `${variant}.json`);
  const text = await readIfThere(file);
  if (text === undefined) return 0;
  const noted = JSON.parse(text);
  const [entries, built] = [Object.entries(noted.images), noted.built ?? []];
  const { ids, names } = await storeImages(state);
  const keptEntries = entries.filter(([reference, id]) => names.get(reference) === id);
  const keptBuilt = built.filter((id) => ids.has(id));
  if (keptEntries.length === entries.length && keptBuilt.length === built.length) return noted.generation;
  const next = { generation: noted.generation + 1, images: Object.fromEntries(keptEntries), built: keptBuilt };
  await writeWhole(file, `${JSON.stringify(next)}\n`);
  return next.generation;
}

/** @returns {Promise<string>} what there is of the lab: its images, and the state of its package repository. */
async function labState() {
  const { names } = await storeImages(state);
  const images = [...names].filter(([name]) => name.startsWith('localhost/immutablue-lab/')).sort();
  const repository = await readIfThere(join(process.cwd(), '.immutablue/lab/repository/rpms/repodata/repomd.xml'));
  return createHash('sha256')
    .update(JSON.stringify([images, repository]))
    .digest('hex');
}

const [what = ''] = process.argv.slice(2);
console.log(`${what} ${await storeId()} ${what === '--lab' ? await labState() : await generationOf(what)}`);
