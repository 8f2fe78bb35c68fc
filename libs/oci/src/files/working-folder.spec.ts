import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ownedName } from '../process/owned-name';
import { removeOrphanedFolders, withWorkingFolder } from './working-folder';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'working-'));
});
afterEach(() => rm(directory, { recursive: true }));

/** No process has this ID: pid_max(5) is smaller. */
const DEAD = '4999999-1';

it('is there for the work alone, and for no other user', async () => {
  const folders: string[] = [];
  await withWorkingFolder('spec', async (folder) => {
    folders.push(folder);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
  });
  const failed = withWorkingFolder('spec', (folder) => {
    folders.push(folder);
    return Promise.reject(new Error('fault'));
  });
  await expect(failed).rejects.toThrow('fault');
  expect(folders.map((folder) => existsSync(folder))).toEqual([false, false]);
});

it('is removed by others when its process has ended, and nothing else is', async () => {
  await mkdir(join(directory, `immutablue-build-layer-${DEAD}`, 'below'), { recursive: true });
  await mkdir(join(directory, 'elsewhere'));
  await symlink('elsewhere', join(directory, `immutablue-build-link-${DEAD}`));
  await mkdir(join(directory, 'immutablue-build-of-a-person'));
  const own = await ownedName('layer');
  await mkdir(join(directory, own));
  expect(await removeOrphanedFolders(directory)).toEqual([join(directory, `immutablue-build-layer-${DEAD}`)]);
  expect((await readdir(directory)).sort()).toEqual([
    'elsewhere',
    'immutablue-build-of-a-person',
    `immutablue-build-link-${DEAD}`,
    own,
  ].sort());
});
