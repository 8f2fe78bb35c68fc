import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { recordedId, textIn } from './support/built-images';
import { createWorkspace, imageOf, type Workspace } from './support/workspace';

/** Builds after the images that they stand on are gone, and their own. The store has the lab's images as its own here. */
let workspace: Workspace;

beforeAll(async () => {
  workspace = await createWorkspace('linked', 'none');
  // What was made elsewhere says which images of the lab another store has.
  await rm(join(workspace.cacheDirectory, 'lab/images'), { recursive: true });
  await workspace.addVariant('e2e-lost', { files: { 'artifacts/overrides/usr/share/e2e/file': 'there\n' } });
});

afterAll(async () => {
  expect(await workspace.store.leftovers()).toEqual([]);
  await workspace.dispose();
});

async function build(): Promise<void> {
  const { exitCode, output } = await workspace.nx('build', 'e2e-lost');
  expect([exitCode, exitCode === 0 ? '' : output]).toEqual([0, '']);
  expect(await textIn(workspace, 'e2e-lost', '/usr/share/e2e/file')).toBe('there');
}

it.each(['first', 'second', 'third'])('builds after all images were removed, the %s time', async () => {
  await workspace.store.run('buildah', 'rmi', '--all', '--force');
  expect(await workspace.store.imageId(imageOf('e2e-lost'))).toBeUndefined();
  await build();
});

it.each(['first', 'second', 'third'])('builds after the lab was taken down, the %s time', async () => {
  const { exitCode, output } = await workspace.nx('run', 'lab:down');
  expect([exitCode, exitCode === 0 ? '' : output]).toEqual([0, '']);
  await build();
});

it('builds only the image of the variant when that alone is gone', async () => {
  const before = await recordedId(workspace, 'e2e-lost');
  await workspace.store.run('buildah', 'rmi', imageOf('e2e-lost'));
  await build();
  expect(await recordedId(workspace, 'e2e-lost')).toBe(before);
});
