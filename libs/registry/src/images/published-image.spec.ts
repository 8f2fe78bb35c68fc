import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { renderError } from '@immutablue/diagnostics';
import { IMAGE_INDEX, IMAGE_MANIFEST } from '../manifests';
import { openRegistry, type Registry } from '../open-registry';
import { findPublished } from './published-image';

/** What the registry has of the repository `a`: content by its digest, manifests by tag too. */
const contents = new Map<string, { readonly type: string; readonly bytes: Buffer }>();
let server: Server;
let registry: Registry;

beforeAll(async () => {
  server = createServer((request, response) => {
    const found = contents.get((request.url ?? '').split('/').at(-1) ?? '');
    if (request.url !== '/v2/' && found === undefined) response.writeHead(404).end();
    else response.writeHead(200, { 'content-type': found?.type ?? 'application/json' }).end(found?.bytes);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  registry = await openRegistry(`127.0.0.1:${(server.address() as AddressInfo).port}`, {
    findCredentials: () => Promise.resolve(undefined),
  });
});

afterAll(async () => {
  await registry.close();
  server.closeAllConnections();
  server.close();
});

function put(type: string, content: unknown, tag?: string) {
  const bytes = Buffer.from(typeof content === 'string' ? content : JSON.stringify(content));
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  for (const name of [digest, ...(tag === undefined ? [] : [tag])]) contents.set(name, { type, bytes });
  return { mediaType: type, digest, size: bytes.length };
}

const LAYER = put('application/vnd.oci.image.layer.v1.tar+gzip', 'a layer');
const DIFF_ID = `sha256:${'d'.repeat(64)}`;

function putImage(architecture: string, tag?: string, diffIds: readonly string[] = [DIFF_ID]) {
  const config = put('application/vnd.oci.image.config.v1+json', {
    architecture,
    config: { Labels: { 'io.immutablue.variant': 'cyan' } },
    rootfs: { type: 'layers', diff_ids: diffIds },
  });
  return put(IMAGE_MANIFEST, { schemaVersion: 2, config, layers: [LAYER] }, tag);
}

const find = (reference: string) => findPublished(registry.repository('a'), reference, 'arm64');
const refusal = async (reference: string) => {
  const error: unknown = await find(reference).catch((thrown: unknown) => thrown);
  return renderError(error, { root: '/', colors: 'never' }).replaceAll(registry.host, 'HOST');
};

it('finds an image by its tag and by its digest', async () => {
  const { digest } = putImage('arm64', '44');
  for (const reference of ['44', digest]) {
    expect(await find(reference)).toMatchObject({
      digest,
      architecture: 'arm64',
      labels: { 'io.immutablue.variant': 'cyan' },
      layers: [{ diffId: DIFF_ID, blob: LAYER }],
    });
  }
});

it('takes of an index the image for the architecture', async () => {
  const manifests = ['amd64', 'arm64'].map((architecture) => ({
    ...putImage(architecture),
    platform: { architecture, os: 'linux' },
  }));
  put(IMAGE_INDEX, { schemaVersion: 2, manifests }, 'both');
  expect((await find('both')).digest).toBe(manifests[1]?.digest);

  put(IMAGE_INDEX, { schemaVersion: 2, manifests: manifests.slice(0, 1) }, 'amd64');
  expect(await refusal('amd64')).toMatchInlineSnapshot(`
   "error[registry/not-found]: \`HOST/a:amd64\` is not published for arm64
     | it is for amd64
     hint: name another one with \`--architecture\`"
  `);
});

const NOT_FITTING = 'its configuration does not fit its manifest';

describe('refuses', () => {
  it.each([
    ['what is not there', () => undefined, 'error[registry/not-found]: there is no image `HOST/a:tag`'],
    [
      'a manifest of something else',
      () => put(IMAGE_MANIFEST, { schemaVersion: 2, layers: [] }, 'tag'),
      'its manifest is not one of an image',
    ],
    ['a manifest that is no JSON', () => put(IMAGE_MANIFEST, 'text', 'tag'), 'its manifest is not one of an image'],
    ['another number of layers', () => putImage('arm64', 'tag', []), NOT_FITTING],
    ['a layer without a digest', () => putImage('arm64', 'tag', ['x']), NOT_FITTING],
  ])('%s', async (_, publish, expected) => {
    publish();
    expect(await refusal('tag')).toContain(expected);
  });
});
