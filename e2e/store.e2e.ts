import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createContainer, findImage, listContainers, mountContainer, removeContainer } from '@immutablue/oci';
import { start } from './support/program';
import { createStore, type Store } from './support/store';
import { HEADLESS_IMAGE } from './support/workspace';

/** What is read from the files of containers-storage, against what buildah says. */
let directory: string;
let store: Store;
let neighbour: Store;
const before = process.env['CONTAINERS_STORAGE_CONF'];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'immutablue-store-'));
  store = await createStore(directory);
  neighbour = await createStore(join(directory, 'neighbour'));
  process.env['CONTAINERS_STORAGE_CONF'] = store.environment['CONTAINERS_STORAGE_CONF'];
});

afterAll(async () => {
  if (before === undefined) delete process.env['CONTAINERS_STORAGE_CONF'];
  else process.env['CONTAINERS_STORAGE_CONF'] = before;
  await store.shutDown();
  await neighbour.shutDown();
  await rm(directory, { recursive: true, force: true });
});

/** An image with a file, labels and a name, in a format. */
async function commit(format: 'oci' | 'docker'): Promise<string> {
  const container = await store.run('buildah', 'from', '--pull-never', 'scratch');
  await writeFile(join(await store.run('buildah', 'mount', container), 'file'), format);
  await store.run('buildah', 'config', '--label', 'org.example.one=1', '--label', 'org.example.two=a=b', container);
  return store.run('buildah', 'commit', '--quiet', '--rm', '--format', format, container, `localhost/e2e/${format}:1`);
}

it.each(['oci', 'docker'] as const)('knows of an image in the format %s what buildah knows', async (format) => {
  const id = await commit(format);
  const found = await findImage(id);
  expect(found).toMatchObject({ id, labels: { 'org.example.one': '1', 'org.example.two': 'a=b' } });
  // Shortened IDs and names are buildah's to understand.
  expect(await findImage(id.slice(0, 12))).toEqual(found);
  expect(await findImage(`e2e/${format}:1`)).toEqual(found);
  expect(await findImage(`localhost/e2e/${format}:1`)).toEqual(found);
});

it('knows an image of a store below, and none that is not there', async () => {
  const found = await findImage(HEADLESS_IMAGE);
  expect(found).toBeDefined();
  expect(await findImage(found?.id.slice(0, 12) ?? '')).toEqual(found);
  expect(await findImage('0'.repeat(64))).toBeUndefined();
  expect(await findImage('localhost/e2e/none:1')).toBeUndefined();
});

it('lists working containers, and removes one that is mounted', async () => {
  const id = await commit('oci');
  await createContainer(id, 'immutablue-e2e-one');
  const root = await mountContainer('immutablue-e2e-one');
  await writeFile(join(root, 'more'), 'more');
  expect(await listContainers()).toEqual([{ name: 'immutablue-e2e-one', directory: join(root, '..') }]);
  await removeContainer('immutablue-e2e-one');
  expect(await listContainers()).toEqual([]);
  expect(await store.orphans()).toEqual([]);
  // Gone already.
  await removeContainer('immutablue-e2e-one');
});

it('sees that another store was configured', async () => {
  const isFound = async () => (await findImage('localhost/e2e/oci:1')) !== undefined;
  await commit('oci');
  expect(await isFound()).toBe(true);
  const configuration = join(store.directory, 'storage.conf');
  const text = await readFile(configuration, 'utf8');
  await writeFile(configuration, text.replace(store.graphRoot, join(directory, 'other')));
  try {
    expect(await isFound()).toBe(false);
  } finally {
    await writeFile(configuration, text);
  }
  expect(await isFound()).toBe(true);
});

it('takes no process of another store for its own, though both have mounts', async () => {
  const mounted = await store.run('buildah', 'from', '--pull-never', HEADLESS_IMAGE);
  await store.run('buildah', 'mount', mounted);
  const container = await neighbour.run('buildah', 'from', '--pull-never', HEADLESS_IMAGE);
  const script = 'echo it begins; exec sleep 600';
  const running = start(['buildah', 'run', '--isolation', 'chroot', container, '--', 'sh', '-c', script], {
    cwd: directory,
    environment: { PATH: process.env['PATH'] ?? '', ...neighbour.environment },
  });
  try {
    await running.says(/it begins/);
    expect((await store.orphans()).filter((line) => line.startsWith('process '))).toEqual([]);
    expect(await neighbour.orphans()).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^process \d+ sleep 600$/),
        expect.stringMatching(/^process \d+ buildah run /),
      ]),
    );
    await store.shutDown();
    expect(await neighbour.orphans()).toContainEqual(expect.stringMatching(/^process \d+ sleep 600$/));
  } finally {
    await neighbour.shutDown();
    await running.outcome;
  }
  expect(await neighbour.orphans()).toEqual([`container ${container}`]);
});
