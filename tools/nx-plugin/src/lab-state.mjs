/**
 * Prints a line that changes when something of the lab has: its images, or its package repository. Nx hashes the line (a
 * `runtime` input of `lab:up`), so a cache hit means that the lab is there.
 *
 * Plain JavaScript without imports from the workspace: Nx runs it before it knows whether there is anything to do.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { readIfThere, storeImages } from './store-images.mjs';

const state = join(process.cwd(), '.immutablue', 'state', String(process.getuid?.() ?? 0));

/** @returns {Promise<string>} what there is of the lab: its images, and the state of its package repository. */
async function labState() {
  const { names } = await storeImages(state);
  const images = [...names].filter(([name]) => name.startsWith('localhost/immutablue-lab/')).sort();
  const repository = await readIfThere(join(process.cwd(), '.immutablue/lab/repository/rpms/repodata/repomd.xml'));
  return createHash('sha256')
    .update(JSON.stringify([images, repository]))
    .digest('hex');
}

console.log(await labState());
