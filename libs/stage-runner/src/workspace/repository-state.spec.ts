import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { labRepository, sha256 } from '@immutablue/plan';
import { repositoryState } from './repository-state';

let workspace: string;

beforeEach(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'repository-state-'));
});

afterEach(async () => {
  await rm(workspace, { recursive: true });
});

it('names the repository whose metadata it has read, not the link: `lab:up` can switch that while a build runs', async () => {
  const repository = join(workspace, 'of-now');
  await mkdir(join(repository, 'rpms/repodata'), { recursive: true });
  await writeFile(join(repository, 'rpms/repodata/repomd.xml'), 'metadata');
  await mkdir(dirname(labRepository(workspace)), { recursive: true });
  await symlink(repository, labRepository(workspace));

  const state = await repositoryState({ upstream: 'lab' }, workspace);
  expect(state).toEqual({ kind: 'fixed', digest: sha256('metadata'), folder: repository });
});

it('says which file is missing', async () => {
  expect(await repositoryState({ upstream: 'lab' }, workspace)).toEqual({
    kind: 'missing',
    file: join(labRepository(workspace), 'rpms/repodata/repomd.xml'),
  });
});
