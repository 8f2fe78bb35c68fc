import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { recordedId, textIn } from './support/built-images';
import { createWorkspace, disposeWithoutOrphans, imageOf, type Workspace } from './support/workspace';

/** Builds after the images that they stand on are gone, and their own. The store has the lab's images as its own here. */
let workspace: Workspace;

beforeAll(async () => {
  workspace = await createWorkspace('linked', 'none');
  // What was made elsewhere says which images of the lab another store has.
  await rm(join(workspace.cacheDirectory, 'lab/images'), { recursive: true });
  await workspace.addVariant('e2e-lost');
});

afterAll(() => disposeWithoutOrphans(workspace));

const write = (text: string) =>
  workspace.write('packages/e2e-lost/artifacts/overrides/usr/share/e2e/file', `${text}\n`);

async function buildWith(text: string): Promise<void> {
  await write(text);
  const { exitCode, output } = await workspace.nx('build', 'e2e-lost');
  expect([exitCode, exitCode === 0 ? '' : output]).toEqual([0, '']);
  expect(await textIn(workspace, 'e2e-lost', '/usr/share/e2e/file')).toBe(text);
}

it.each(['first', 'second', 'third'])('builds after all images were removed, the %s time', async () => {
  await workspace.store.run('buildah', 'rmi', '--all', '--force');
  expect(await workspace.store.imageId(imageOf('e2e-lost'))).toBeUndefined();
  await buildWith('the same');
});

it.each(['first', 'second', 'third'])('builds after the lab was taken down, the %s time', async (time) => {
  const { exitCode, output } = await workspace.nx('run', 'lab:down');
  expect([exitCode, exitCode === 0 ? '' : output]).toEqual([0, '']);
  await buildWith(`edited before the ${time}`);
});

it('has nothing to do after the lab was taken down when nothing was edited', async () => {
  await buildWith('the same again');
  const before = await recordedId(workspace, 'e2e-lost');
  await workspace.nx('run', 'lab:down');
  await buildWith('the same again');
  expect(await recordedId(workspace, 'e2e-lost')).toBe(before);
});
