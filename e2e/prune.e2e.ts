import { join } from 'node:path';
import { createLabContext, startRegistry, type Registry } from '@immutablue/lab';
import { toDigest } from '@immutablue/oci';
import {
  IMAGE_INDEX,
  IMAGE_MANIFEST,
  openRegistry,
  putManifest,
  putReferrer,
  sourceOfBytes,
  toManifest,
  uploadBlob,
  type Manifest,
  type Repository,
} from '@immutablue/registry';
import { outputOf } from './support/program';
import { tagsOf } from './support/published';
import { createWorkspace, type Workspace } from './support/workspace';

/** `nx run images:prune` on a registry on loopback, which is then asked by plain requests. The images are manifests without layers. */
let workspace: Workspace;
let registry: Registry;
let repository: Repository;
let close: () => Promise<void>;

const REPOSITORY = 'e2e/immutablue-cyan';

beforeAll(async () => {
  workspace = await createWorkspace();
  const directory = join(workspace.root, 'tmp', 'registry');
  registry = await startRegistry(createLabContext({ workspaceRoot: workspace.root }), { directory });
  const opened = await openRegistry(registry.address);
  close = () => opened.close();
  repository = opened.repository(REPOSITORY);
});

afterAll(async () => {
  await close();
  await registry.stop();
  await workspace.dispose();
});

/** An image that is another for each `name`. */
async function putImage(name: string, tags: readonly string[], annotations?: object): Promise<Manifest> {
  const config = sourceOfBytes(Buffer.from(JSON.stringify({ name })));
  await uploadBlob(repository, config);
  const content = {
    schemaVersion: 2,
    mediaType: IMAGE_MANIFEST,
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: config.digest, size: config.size },
    layers: [],
    annotations,
  };
  return await putTagged(toManifest(Buffer.from(JSON.stringify(content)), IMAGE_MANIFEST), tags);
}

async function putIndex(images: readonly Manifest[], tags: readonly string[]): Promise<Manifest> {
  const manifests = images.map(({ mediaType, digest, bytes }) => ({ mediaType, digest, size: bytes.length }));
  const content = { schemaVersion: 2, mediaType: IMAGE_INDEX, manifests };
  return await putTagged(toManifest(Buffer.from(JSON.stringify(content)), IMAGE_INDEX), tags);
}

async function putTagged(manifest: Manifest, tags: readonly string[]): Promise<Manifest> {
  for (const tag of [manifest.digest, ...tags]) await putManifest(repository, manifest, tag);
  return manifest;
}

/** A signature, and a document that refers to the image. */
async function attach(image: Manifest): Promise<Manifest> {
  await putImage(`signature of ${image.digest}`, [`${image.digest.replace(':', '-')}.sig`]);
  const document = await putImage(`document of ${image.digest}`, []);
  await putReferrer(repository, document, { subject: toDigest(image.digest), artifactType: 'text/markdown' });
  return document;
}

async function isThere({ digest }: Manifest): Promise<boolean> {
  const headers = { accept: `${IMAGE_MANIFEST}, ${IMAGE_INDEX}` };
  const answer = await fetch(`http://${registry.address}/v2/${REPOSITORY}/manifests/${digest}`, { headers });
  await answer.arrayBuffer();
  return answer.status === 200;
}

it('removes old tags with what hangs on their images, and nothing that a moving tag needs', async () => {
  const created = { 'org.opencontainers.image.created': '2020-01-02T03:04:05Z' };
  const old = await putImage('old', ['44-20200101']);
  const shared = await putImage('shared', []);
  const alone = await putImage('alone', []);
  const oldIndex = await putIndex([shared, alone], ['44-20200102']);
  const index = await putIndex([shared], ['44-20200103', '44', 'latest']);
  const current = await putImage('current', ['44-20200104']);
  await putImage('pull request', ['pr-7-44'], created);
  await putImage('undated pull request', ['pr-8-44']);
  const [oldDocument, document] = [await attach(old), await attach(index)];
  const before = await tagsOf(registry.address, REPOSITORY);

  const prune = (...options: string[]) =>
    workspace.nx('run', 'images:prune', `--registry=${registry.address}/e2e`, '--newest=1', ...options);
  const gone = [
    '44-20200101',
    '44-20200102',
    'pr-7-44',
    ...['.sig', ''].map((end) => old.digest.replace(':', '-') + end),
  ];
  const list = gone.toSorted().map((tag) => `  ${tag}`);

  const shown = outputOf(await prune('--dryRun'));
  expect(shown).toContain(`${registry.address}/${REPOSITORY}: 5 tags would be removed\n`);
  expect(
    shown
      .split('\n')
      .filter((line) => list.includes(line))
      .toSorted(),
  ).toEqual(list);
  expect((await tagsOf(registry.address, REPOSITORY)).toSorted()).toEqual(before.toSorted());

  expect(outputOf(await prune())).toContain(`${registry.address}/${REPOSITORY}: 5 tags removed\n`);
  expect((await tagsOf(registry.address, REPOSITORY)).toSorted()).toEqual(
    before.filter((tag) => !gone.includes(tag)).toSorted(),
  );
  const there = [old, oldIndex, alone, oldDocument, shared, index, current, document].map(isThere);
  expect(await Promise.all(there)).toEqual([false, false, false, false, true, true, true, true]);

  expect(outputOf(await prune())).toContain(`${registry.address}/${REPOSITORY}: nothing to remove\n`);
});
