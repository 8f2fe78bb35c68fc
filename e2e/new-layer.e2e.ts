import { chmod, chown, link, lstat, mkdir, mkdtemp, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  beginLayer,
  commitContainer,
  commitLayer,
  createContainer,
  discardLayer,
  findImage,
  mountContainer,
  readLayers,
  requireImage,
  runCommand,
  toImageId,
  type ImageId,
  type NewLayer,
} from '@immutablue/oci';
import { removeOrphans } from '@immutablue/stage-runner';
import { compareTrees, readImageTree, renderDifferences } from '../testing/tree-digest';
import { createStore, type Store } from './support/store';

/** Layers that are made without a container, against what buildah makes of the same changes. */
let directory: string;
let store: Store;
let image: ImageId;
const before = { ...process.env };
const CREATED = 1_767_225_600;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'immutablue-layer-'));
  store = await createStore(directory);
  process.env['CONTAINERS_STORAGE_CONF'] = store.environment['CONTAINERS_STORAGE_CONF'];
  process.env['IMMUTABLUE_CACHE_DIR'] = join(directory, 'cache');
  image = await makeImage();
});

afterAll(async () => {
  for (const name of ['CONTAINERS_STORAGE_CONF', 'IMMUTABLUE_CACHE_DIR']) {
    if (before[name] === undefined) Reflect.deleteProperty(process.env, name);
    else process.env[name] = before[name];
  }
  await store.shutDown();
  await rm(directory, { recursive: true, force: true });
});

afterEach(async () => {
  expect(await store.leftovers()).toEqual([]);
});

/** Two layers; what the upper one has removed of the lower stays removed. */
async function makeImage(): Promise<ImageId> {
  const container = await store.run('buildah', 'from', '--pull-never', 'scratch');
  const root = await store.run('buildah', 'mount', container);
  for (const folder of ['gone', 'opaque', 'kept', 'to-file']) {
    await mkdir(join(root, folder, 'deep'), { recursive: true });
    for (const name of ['one', 'two', 'deep/three']) await writeFile(join(root, folder, name), `${folder} ${name}`);
  }
  await writeFile(join(root, 'to-directory'), 'a file');
  await writeFile(join(root, 'program'), 'ping', { mode: 0o755 });
  await writeFile(join(root, 'capable'), 'ping too', { mode: 0o755 });
  await setAttributes(root);
  await symlink('kept', join(root, 'to-kept'));
  await chmod(root, 0o555);
  const lower = await store.run('buildah', 'commit', '--quiet', '--rm', container);
  const next = await store.run('buildah', 'from', '--pull-never', lower);
  await rm(join(await store.run('buildah', 'mount', next), 'kept', 'two'));
  await store.run('buildah', 'config', '--label', 'org.example.below=1', '--env', 'E2E=1', next);
  return toImageId(await store.run('buildah', 'commit', '--quiet', '--rm', next));
}

/** Extended attributes, one of them with bytes that are no text: cap_net_raw, as capabilities(7) are stored. */
async function setAttributes(root: string): Promise<void> {
  const script = [
    'import os, sys',
    "os.setxattr(sys.argv[1] + '/program', 'user.e2e', b'kept')",
    "os.setxattr(sys.argv[1] + '/capable', 'security.capability', bytes.fromhex('0100000200200000' + '00' * 12))",
  ];
  await runCommand(['python3', '-c', script.join('\n'), root]);
}

/** All that file steps may do to a root filesystem. */
async function change(root: string): Promise<void> {
  await rm(join(root, 'gone'), { recursive: true });
  await rm(join(root, 'kept', 'one'));
  await rm(join(root, 'opaque'), { recursive: true });
  await mkdir(join(root, 'opaque'));
  await writeFile(join(root, 'opaque', 'new'), 'new');
  await rm(join(root, 'to-file'), { recursive: true });
  await writeFile(join(root, 'to-file'), 'a file now', { mode: 0o600 });
  await rm(join(root, 'to-directory'));
  await mkdir(join(root, 'to-directory', 'and', 'deeper'), { recursive: true });
  await writeFile(join(root, '.new'), 'by a new name');
  await rename(join(root, '.new'), join(root, 'kept', 'deep', 'three'));
  await chmod(join(root, 'program'), 0o4755);
  await chown(join(root, 'program'), 0, 12);
  await chmod(join(root, 'capable'), 0o700);
  await link(join(root, 'program'), join(root, 'same program'));
  await rm(join(root, 'to-kept'));
  await symlink('/absolute/target', join(root, 'to-kept'));
  await mkdir(join(root, 'x'.repeat(150), 'ü and more'), { recursive: true });
  await writeFile(join(root, 'x'.repeat(150), 'ü and more', 'ö\n"*"'), '', { mode: 0o640 });
}

async function begin(name = 'e2e'): Promise<NewLayer> {
  const layer = await beginLayer(image, name);
  if (layer === undefined) throw new Error('this machine has no such thing');
  return layer;
}

async function layerOf(changes: (root: string) => Promise<void>, reference?: string): Promise<ImageId> {
  const layer = await begin();
  try {
    await changes(layer.mountPoint);
    const named = reference === undefined ? {} : { reference };
    return await commitLayer(layer, {
      labels: { 'org.example.above': '2' },
      created: CREATED,
      createdBy: 'a test',
      ...named,
    });
  } finally {
    await discardLayer(layer);
  }
}

it('makes the root filesystem that buildah makes of the same changes, and removes the same', async () => {
  await createContainer(image, 'immutablue-e2e-changed');
  await change(await mountContainer('immutablue-e2e-changed'));
  const expected = await requireImage(await commitContainer('immutablue-e2e-changed', CREATED), '');
  const made = await requireImage(await layerOf(change), '');

  expect(renderDifferences(compareTrees(await readImageTree(expected.id), await readImageTree(made.id)))).toBe('');
  const contents = async (layers: typeof made.layers) =>
    (await readLayers(layers.slice(-1))).map(({ entries, whiteouts }) => ({
      entries: entries.map(({ path, type, mode, size }) => `${path} ${type} ${mode.toString(8)} ${size}`).sort(),
      whiteouts: whiteouts.map(({ path, removes }) => `${path} ${removes}`).sort(),
    }));
  const [ours] = await contents(made.layers);
  const [buildahs] = await contents(expected.layers);
  expect(ours?.entries).toEqual(buildahs?.entries);
  expect(ours?.whiteouts).toEqual(expect.arrayContaining(['/gone path', '/kept/one path', '/opaque content']));
  expect(ours?.whiteouts).toEqual(buildahs?.whiteouts);
});

it('makes the same image of the same changes', async () => {
  expect(await layerOf(change)).toBe(await layerOf(change));
});

it('has what the image below has, and what is given', async () => {
  const made = await requireImage(await layerOf(change), '');
  const below = await requireImage(image, '');
  expect(made.labels).toEqual({ ...below.labels, 'org.example.above': '2' });
  expect(made.created).toBe(CREATED);
  expect(made.layers.slice(0, -1)).toEqual(below.layers);
  const { history, config } = JSON.parse(
    (await runCommand(['skopeo', 'inspect', '--config', `containers-storage:@${made.id}`])).stdout,
  ) as { history: { created_by: string }[]; config: { Env: string[] } };
  expect(history.at(-1)).toEqual({ created: '2026-01-01T00:00:00Z', created_by: 'a test' });
  expect(config.Env).toEqual(['E2E=1']);
});

it('names an image at once, unless its layer removes something of those below', async () => {
  const add = (root: string) => writeFile(join(root, 'added'), 'added');
  expect((await findImage('localhost/e2e/layer:1'))?.id).toBeUndefined();
  const named = await layerOf(add, 'localhost/e2e/layer:1');
  expect((await findImage('localhost/e2e/layer:1'))?.id).toBe(named);
  expect(await layerOf(change, 'localhost/e2e/layer:1')).not.toBe(named);
  expect((await findImage('localhost/e2e/layer:1'))?.id).toBe(named);
});

it('makes an image of no change at all', async () => {
  const made = await layerOf(() => Promise.resolve());
  expect(compareTrees(await readImageTree(image), await readImageTree(made))).toEqual([]);
});

it('leaves the image below as it is, and nothing where it is discarded', async () => {
  const tree = await readImageTree(image);
  const layer = await begin();
  await change(layer.mountPoint);
  await discardLayer(layer);
  expect(compareTrees(tree, await readImageTree(image))).toEqual([]);
  await expect(lstat(layer.directory)).rejects.toMatchObject({ code: 'ENOENT' });
});

it('finds and removes what a process left that is gone, and only that', async () => {
  const left = await begin('immutablue-build-e2e-4194304-1');
  const other = await begin('by-somebody-else');
  await change(left.mountPoint);
  expect(await removeOrphans()).toEqual(['immutablue-build-e2e-4194304-1']);
  expect(await readdir(join(left.directory, '..'))).toEqual(['by-somebody-else']);
  await discardLayer(other);
});

it('cannot be where layers are kept in another form', async () => {
  const configuration = join(directory, 'vfs.conf');
  const [graph, run] = [join(directory, 'vfs'), join(directory, 'vfs-run')];
  await writeFile(configuration, `[storage]\ndriver = "vfs"\ngraphroot = "${graph}"\nrunroot = "${run}"\n`);
  const overlay = process.env['CONTAINERS_STORAGE_CONF'];
  process.env['CONTAINERS_STORAGE_CONF'] = configuration;
  try {
    const container = (await runCommand(['buildah', 'from', 'scratch'])).stdout;
    const id = toImageId((await runCommand(['buildah', 'commit', '--quiet', '--rm', container])).stdout);
    expect(await beginLayer(id, 'e2e')).toBeUndefined();
  } finally {
    process.env['CONTAINERS_STORAGE_CONF'] = overlay;
  }
});
