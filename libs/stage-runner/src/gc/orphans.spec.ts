import { mkdir, mkdtemp, rm, stat, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findOrphanedFolders, removeFolders } from './orphans';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'orphans-'));
});
afterEach(() => rm(directory, { recursive: true }));

it('finds old folders of builds, and neither new ones nor those of others', async () => {
  const longAgo = new Date(Date.now() - 3 * 24 * 60 * 60 * 1000);
  for (const name of ['immutablue-output-aBcDeF', 'immutablue-e2e-aBcDeF', 'others']) {
    await mkdir(join(directory, name, 'inner'), { recursive: true });
    await utimes(join(directory, name), longAgo, longAgo);
  }
  await mkdir(join(directory, 'immutablue-output-gHiJkL'));
  const found = await findOrphanedFolders(Date.now(), directory);
  expect(found).toEqual([join(directory, 'immutablue-output-aBcDeF')]);
  await removeFolders(found);
  await expect(stat(found[0] ?? '')).rejects.toThrow('ENOENT');
});
