import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { renderError } from '@immutablue/diagnostics';
import { toDigest, type Digest } from '@immutablue/oci';
import { openRegistry, type Registry, type Repository } from '@immutablue/registry';
import type { Blob } from './entry';
import { fetchLayer, fetchListing } from './layers';

const digestOf = (bytes: Buffer): Digest => toDigest(`sha256:${createHash('sha256').update(bytes).digest('hex')}`);
const LAYER = Buffer.alloc(1_000_000, 'layer');
const ZEROS = Buffer.alloc(50_000_000);

let directory: string;
let server: Server;
let registry: Registry;
let repository: Repository;
const contents = new Map<string, Buffer>();

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'cache-layers-'));
  server = createServer(({ url = '' }, response) => {
    const blob = contents.get(url.slice(url.lastIndexOf('/') + 1));
    response.writeHead(blob === undefined && url !== '/v2/' ? 404 : 200).end(blob);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  registry = await openRegistry(`127.0.0.1:${(server.address() as AddressInfo).port}`, {
    findCredentials: () => Promise.resolve(undefined),
  });
  repository = registry.repository('cache');
});

afterAll(async () => {
  await registry.close();
  server.close();
  await rm(directory, { recursive: true });
});

/** Puts bytes into the repository. */
function blobOf(bytes: Buffer): Blob {
  contents.set(digestOf(bytes), bytes);
  return { digest: digestOf(bytes), size: bytes.length };
}

function fetched(archive: Buffer, size = LAYER.length, diffId = digestOf(LAYER)) {
  const blobs = { archive: blobOf(archive), listing: blobOf(Buffer.of()), size };
  return fetchLayer(repository, diffId, blobs, directory, new AbortController().signal);
}

async function refusal(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    return renderError(error, { root: '/', colors: 'never' });
  }
  throw new Error('it was taken');
}

describe('a layer', () => {
  it('is written as it was before it was compressed', async () => {
    const { path, size } = await fetched(gzipSync(LAYER));
    expect([size, (await readFile(path)).equals(LAYER)]).toEqual([LAYER.length, true]);
  });

  it.each<[string, Buffer, string]>([
    ['of another content', gzipSync(Buffer.alloc(LAYER.length)), 'has another content'],
    ['that is shorter', gzipSync(LAYER.subarray(1)), 'has another content'],
    ['that becomes larger than it says', gzipSync(ZEROS), 'is larger than it says'],
    ['that is not compressed', LAYER, 'is damaged'],
    ['that is cut', gzipSync(LAYER).subarray(0, -20), 'is damaged'],
  ])('%s is refused', async (_, archive, reason) => {
    const said = await refusal(fetched(archive));
    expect(said).toContain('error[cache/refused-entry]');
    expect(said).toContain(reason);
  });
});

it.each<[string, Buffer]>([
  ['is not compressed', Buffer.from('{}')],
  ['is no JSON', gzipSync('{')],
  ['is of another form', gzipSync('{"type":3}')],
])('what a layer holds is refused when it %s', async (_, listing) => {
  const blobs = { archive: blobOf(Buffer.of()), listing: blobOf(listing), size: 0 };
  const said = await refusal(fetchListing(repository, digestOf(LAYER), blobs, new AbortController().signal));
  expect(said).toContain('error[cache/refused-entry]');
});
