/**
 * Prints a line that changes when something of the lab has (its images, its package repository), or what variants ask of it. Nx hashes the line (a
 * `runtime` input of `lab:up`), so a cache hit means that the lab is there.
 *
 * Plain JavaScript without imports from the workspace: Nx runs it before it knows whether there is anything to do.
 */
import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readIfThere, storeImages } from './store-images.mjs';

const state = join(process.cwd(), '.immutablue', 'state', String(process.getuid?.() ?? 0));

/**
 * @param {string} path a file, or a folder with all that is in it.
 * @returns {Promise<unknown>} its content; undefined when there is none.
 */
async function contentOf(path) {
  const text = await readIfThere(path).catch((error) => {
    if (error.code === 'EISDIR') return undefined;
    throw error;
  });
  if (text !== undefined) return text;
  return Promise.all((await namesIn(path)).map(async (name) => [name, await contentOf(join(path, name))]));
}

/** @returns {Promise<string[]>} what is in a folder; nothing when there is none. */
async function namesIn(path) {
  try {
    return (await readdir(path)).sort();
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
    throw error;
  }
}

/**
 * What variants ask of the lab. As file inputs these would make every edit of one affect the project of the lab.
 *
 * @param {string} variants the folder of the variants' folders.
 */
async function demand(variants) {
  const names = await namesIn(variants);
  const parts = ['variant.yaml', 'packages.yaml', 'deps'];
  return Promise.all(names.map((name) => Promise.all(parts.map((part) => contentOf(join(variants, name, part))))));
}

/** What there is of the lab: its images, and the state of its package repository. */
async function presence() {
  const { names } = await storeImages(state);
  const images = [...names].filter(([name]) => name.startsWith('localhost/immutablue-lab/')).sort();
  return [images, await readIfThere(join(process.cwd(), '.immutablue/lab/repository/rpms/repodata/repomd.xml'))];
}

const [variants = 'packages'] = process.argv.slice(2);
const line = JSON.stringify([await presence(), await demand(join(process.cwd(), variants))]);
console.log(createHash('sha256').update(line).digest('hex'));
