import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { provenanceOf, readCommit } from '@immutablue/attest';
import { createLabContext, startRegistry, type Registry as Server } from '@immutablue/lab';
import { findManifest, openRegistry, sourceOfBytes, type Registry } from '@immutablue/registry';
import { generateKeyPair, openSigningKey, type SignedImage } from '@immutablue/signing';
import { readImageRecord, readPlan } from '@immutablue/stage-runner';
import { imageSettingsSchema, type Release } from '@immutablue/variant';
import { pushAttestation, pushDocument, pushSignature, SBOM } from './support/attached';
import { buildAlone, nxAlone, recordedId } from './support/built-images';
import { createTinyWorkspace, TINY, TINY_IMAGE } from './support/tiny-image';
import { disposeWithoutOrphans, imageOf, type Workspace } from './support/workspace';

/** `verify` on images that were built and published, and built again. */
const SAME = 'e2e-same';
const RANDOM = 'e2e-random';
/** Stands on {@link SAME}. */
const CHILD = 'e2e-child';
const PLAIN = 'e2e-plain';
const SCRIPT = `packages/${SAME}/build/55-write.sh`;

let workspace: Workspace;
let server: Server;
let registry: Registry;
const key = openSigningKey(generateKeyPair(undefined).privateKey, undefined, { key: 'KEY', password: 'PASSWORD' });

beforeAll(async () => {
  workspace = await createTinyWorkspace();
  const directory = join(workspace.root, 'tmp', 'registry');
  server = await startRegistry(createLabContext({ workspaceRoot: workspace.root }), { directory });
  registry = await openRegistry(server.address);
  await workspace.addVariant(SAME, { from: TINY, files: { 'build/55-write.sh': 'echo same >/usr/written\n' } });
  await workspace.addVariant(RANDOM, {
    from: TINY,
    files: { 'build/55-write.sh': 'cat /proc/sys/kernel/random/uuid >/usr/written\n' },
  });
  await workspace.addVariant(PLAIN, { from: TINY, files: { 'build/55-write.sh': 'echo plain >/usr/written\n' } });
  await workspace.addVariant(CHILD, { from: SAME, files: { 'build/55-write.sh': 'cat /usr/written >/usr/child\n' } });
  await workspace.commit();
  await writeFile(join(workspace.root, 'tmp', 'key.pub'), key.publicKey.pem);
  for (const variant of [SAME, RANDOM, PLAIN, CHILD]) await buildAlone(workspace, variant);
  const parent = await publish(SAME);
  await publish(RANDOM);
  await publish(CHILD, parent);
});

afterAll(async () => {
  await registry.close();
  await server.stop();
  await disposeWithoutOrphans(workspace);
});

it('says what is proven of an image, by which key, and what it was built from', async () => {
  const { exitCode, output } = await verify(SAME);
  expect(exitCode).toBe(0);
  const lines = output.split('\n');
  const start = lines.findIndex((line) => line.startsWith(server.address));
  const said = lines.slice(start, start + 9);
  expect(said.filter((line) => line.length > 80)).toEqual([]);
  const masked = said
    .join('\n')
    .replaceAll(server.address, 'REGISTRY')
    .replaceAll(/[0-9a-f]{12,}/g, 'HEX');
  expect(masked).toMatchInlineSnapshot(`
   "REGISTRY/e2e/e2e-same
     sha256:HEX
     signature   by the key sha256:HEX
     provenance  by the same key, of this digest
     built       e2e-same for Fedora 44, x86_64, from lab
     sources     commit HEX
     files       1 file, 0 pinned downloads
     packages    from repositories whose metadata is known by digest
     stands on   localhost/immutablue-lab/e2e/tiny:44, image HEX"
  `);
});

it('says it as JSON', async () => {
  const { output } = await verify(SAME, '--json');
  const json = JSON.parse(output.slice(output.indexOf('{\n'), output.lastIndexOf('}') + 1)) as Record<string, unknown>;
  expect(json).toMatchObject({
    signature: 'proven',
    documents: 'proven',
    faults: [],
    image: { imageId: await recordedId(workspace, SAME) },
    provenance: { predicate: { buildDefinition: { externalParameters: { variant: SAME } } } },
  });
});

it.each<[string, string, string[]]>([
  ['without a key', 'attest/no-key', ['--ref=quay.io/a/b:44']],
  ['without an image', 'options/wrong', ['--ref=b:44']],
])('fails %s', async (_, code, options) => {
  const { exitCode, output } = await nxAlone(workspace, 'run', `${SAME}:verify`, ...options);
  expect([exitCode, output]).toEqual([1, expect.stringContaining(`error[${code}]`)]);
});

it('refuses the image of another variant', async () => {
  const { exitCode, output } = await nxAlone(workspace, 'run', `${RANDOM}:verify`, ...optionsFor(SAME));
  expect([exitCode, output]).toEqual([1, expect.stringContaining('error[attest/other-variant]')]);
});

describe('--rebuild', () => {
  it('gives the same layers, and leaves the image of the workspace', async () => {
    const record = join(workspace.root, 'packages', SAME, 'dist/image.json');
    const before = [await readFile(record, 'utf8'), await workspace.store.imageId(imageOf(SAME))];
    const { exitCode, output } = await verify(SAME, '--rebuild');
    expect([exitCode, output]).toEqual([0, expect.stringMatching(/rebuilt +all \d+ layers are the same/)]);
    expect(output).toContain('[55-write]');
    expect([await readFile(record, 'utf8'), await workspace.store.imageId(imageOf(SAME))]).toEqual(before);
  });

  it('fetches the parent by its digest for as long as it builds', async () => {
    for (const variant of [SAME, CHILD]) await remove(await recordedId(workspace, variant));
    const { exitCode, output } = await verify(CHILD, '--rebuild');
    expect([exitCode, output]).toEqual([0, expect.stringMatching(/rebuilt +all \d+ layers are the same/)]);
    expect(output).toMatch(new RegExp(`fetching .* of ${server.address}/e2e/${SAME}@sha256:`));
    const images = await workspace.store.run('buildah', 'images', '--all', '--no-trunc', '--quiet');
    expect(images).not.toContain(await recordedId(workspace, SAME));
  });

  it('names the layers and paths that differ', async () => {
    const named = await workspace.store.imageId(imageOf(RANDOM));
    const { exitCode, output } = await verify(RANDOM, '--rebuild');
    expect([exitCode, output]).toEqual([1, expect.stringContaining('error[attest/not-reproduced]')]);
    expect(output).toMatch(/layer \d+: sha256:\w+ published, sha256:\w+ here/);
    expect(output).toContain('/usr/written is different');
    expect(await workspace.store.imageId(imageOf(RANDOM))).toBe(named);
    // Nor does a later build take what was built again.
    await buildAlone(workspace, RANDOM, '--skip-nx-cache');
    expect(await workspace.store.imageId(imageOf(RANDOM))).toBe(named);
  });

  it('names the files that are others than those of the provenance, and the commit', async () => {
    const { commit } = (await readCommit(workspace.root)) as { commit: string };
    await workspace.write(SCRIPT, 'echo edited >/usr/written\n');
    const { exitCode, output } = await verify(SAME, '--rebuild');
    expect([exitCode, output]).toEqual([1, expect.stringContaining('error[attest/other-sources]')]);
    expect(output).toContain(`${SCRIPT} is another one`);
    expect(output).toContain(`git checkout ${commit}`);
  });

  it('fetches an upstream image by the digest of it that the provenance names', async () => {
    const login = ['skopeo', 'copy', '--quiet', '--dest-tls-verify=false'] as const;
    const upstream = 'e2e/tiny';
    await workspace.store.run(
      ...login,
      `containers-storage:${TINY_IMAGE}`,
      `docker://${server.address}/${upstream}:44`,
    );
    const manifest = await findManifest(registry.repository(upstream), '44');
    if (manifest === undefined) throw new Error('the upstream image was not pushed');
    // Another registry, by its name.
    const other = server.address.replace('127.0.0.1', 'localhost');
    await publish(PLAIN, { registry: other, repository: upstream, digest: manifest.digest });
    await remove((await workspace.store.imageId(TINY_IMAGE)) ?? '');
    const { exitCode, output } = await verify(PLAIN, '--rebuild');
    expect([exitCode, output]).toEqual([0, expect.stringMatching(/rebuilt +all \d+ layers are the same/)]);
    expect(output).toContain(`${other}/${upstream}@${manifest.digest}`);
  });

  it('says which parent is missing that no registry has', async () => {
    const tiny = (await readImageRecord(join(workspace.root, 'packages', RANDOM)))?.parent.imageId ?? '';
    expect(await workspace.store.imageId(TINY_IMAGE)).toBeUndefined();
    const { exitCode, output } = await verify(RANDOM, '--rebuild');
    expect([exitCode, output]).toEqual([1, expect.stringContaining('error[attest/other-parent]')]);
    expect(output).toContain(`${TINY_IMAGE}, image ${tiny}`);
    expect(output).toContain('hint: make it: `npx nx run lab:up`');
  });
});

function optionsFor(variant: string): string[] {
  return [`--ref=${server.address}/e2e/${variant}:44`, '--key=tmp/key.pub'];
}

function verify(variant: string, ...more: readonly string[]) {
  return nxAlone(workspace, 'run', `${variant}:verify`, ...optionsFor(variant), ...more);
}

/** In this store, and not in the registry. */
async function remove(image: string): Promise<void> {
  await workspace.store.run('skopeo', 'delete', `containers-storage:@${image}`);
}

/** Publishes what a build has left. */
async function publish(variant: string, parent?: SignedImage): Promise<SignedImage> {
  const { root } = workspace;
  const name = `e2e/${variant}`;
  await workspace.store.run(
    ...(['skopeo', 'copy', '--quiet', '--dest-tls-verify=false'] as const),
    `containers-storage:${imageOf(variant)}`,
    `docker://${server.address}/${name}:44`,
  );
  const repository = registry.repository(name);
  const manifest = await findManifest(repository, '44');
  const record = await readImageRecord(join(root, 'packages', variant));
  if (manifest === undefined || record === undefined) throw new Error(`${variant} was not built and pushed`);
  const pushed = { digest: manifest.digest, size: manifest.bytes.length };
  const image = { registry: server.address, repository: name, digest: manifest.digest };
  const statement = provenanceOf({
    image,
    record,
    plan: await readPlan({
      workspaceRoot: root,
      variant,
      settings: imageSettingsSchema.parse({ releases: ['44', '43'] }),
      release: '44' as Release,
      upstream: 'lab',
    }),
    workspaceRoot: root,
    depBuilderImages: new Map(),
    commit: await readCommit(root),
    ...(parent === undefined ? {} : { parent }),
    documents: [{ name: 'sbom.spdx.json', mediaType: SBOM.mediaType, digest: sourceOfBytes(SBOM.bytes).digest }],
  });
  await pushDocument(repository, pushed);
  await pushAttestation(repository, pushed, statement, key);
  await pushSignature(repository, pushed, key);
  return image;
}
