import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { renderError } from '@immutablue/diagnostics';
import { runCommand, toDigest } from '@immutablue/oci';
import {
  deleteManifest,
  findDigest,
  findManifest,
  IMAGE_MANIFEST,
  listReferrers,
  listTags,
  openRegistry,
  putManifest,
  putReferrer,
  readBlob,
  sourceOfBytes,
  sourceOfFile,
  toManifest,
  uploadBlob,
  type Registry,
  type RegistryOptions,
} from '@immutablue/registry';
import { proxyTo } from './support/proxy';
import { PASSWORD, startSecuredRegistry, type SecuredRegistry } from './support/secured-registry';

/** The client of registries, with the reference implementation of one, TLS and a password; what it sends is read by skopeo. */
let directory: string;
let server: SecuredRegistry;
let registry: Registry;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'e2e-registry-'));
  server = await startSecuredRegistry(directory);
  process.env['REGISTRY_AUTH_FILE'] = server.authFile;
  registry = await open();
});

afterAll(async () => {
  await registry.close();
  await server.stop();
  await rm(directory, { recursive: true });
});

function open(options: RegistryOptions = {}, host = server.address): Promise<Registry> {
  return openRegistry(host, {
    trust: { kind: 'authorities', certificates: server.authority },
    patience: { firstPauseMs: 10 },
    ...options,
  });
}

const LAYER = randomBytes(3_000_000);
const LAYER_BLOB = {
  digest: toDigest(`sha256:${createHash('sha256').update(LAYER).digest('hex')}`),
  size: LAYER.length,
};
const CONFIG = sourceOfBytes(
  Buffer.from(JSON.stringify({ architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: [] } })),
);
const IMAGE = toManifest(
  Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: IMAGE_MANIFEST,
      config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: CONFIG.digest, size: CONFIG.size },
      layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar', ...LAYER_BLOB }],
    }),
  ),
  IMAGE_MANIFEST,
);

it('sends an image in chunks, which skopeo pulls', async () => {
  const file = join(directory, 'layer');
  await writeFile(file, LAYER);
  const cyan = registry.repository('family/cyan');
  const progress: number[] = [];
  const options = { chunkBytes: 1_000_000, onBytes: (bytes: number) => progress.push(bytes) };
  expect(await uploadBlob(cyan, sourceOfFile(file, LAYER_BLOB), options)).toBe('uploaded');
  expect(progress).toEqual([...progress].sort((one, other) => one - other));
  expect(progress.at(-1)).toBe(LAYER.length);
  expect(await uploadBlob(cyan, sourceOfFile(file, LAYER_BLOB))).toBe('present');
  expect(await uploadBlob(cyan, CONFIG)).toBe('uploaded');
  await putManifest(cyan, IMAGE);
  await putManifest(cyan, IMAGE, '44');

  const pulled = join(directory, 'pulled');
  await runCommand([
    'skopeo',
    'copy',
    '--src-cert-dir',
    server.certificates,
    `docker://${server.address}/family/cyan:44`,
    `dir:${pulled}`,
  ]);
  expect((await readFile(join(pulled, LAYER_BLOB.digest.slice('sha256:'.length)))).equals(LAYER)).toBe(true);
});

it('reads what is there, and nothing where nothing is', async () => {
  const cyan = registry.repository('family/cyan');
  expect(await findManifest(cyan, '44')).toEqual(IMAGE);
  expect(await findDigest(cyan, '44')).toBe(IMAGE.digest);
  expect(await listTags(cyan)).toEqual(['44']);
  expect((await buffer(readBlob(cyan, LAYER_BLOB))).equals(LAYER)).toBe(true);
  expect(await findManifest(cyan, '43')).toBeUndefined();
  expect(await findDigest(registry.repository('family/none'), '44')).toBeUndefined();
  expect(await listTags(registry.repository('family/none'))).toEqual([]);
});

it("mounts a sibling's blob instead of sending it", async () => {
  const source = {
    ...LAYER_BLOB,
    open: () => {
      throw new Error('it is read');
    },
  };
  expect(await uploadBlob(registry.repository('family/teal'), source, { mountFrom: 'family/cyan' })).toBe('mounted');
});

it('lists what refers to an image, by a tag, and removes what is not wanted', async () => {
  const cyan = registry.repository('family/cyan');
  const statement = (text: string) =>
    toManifest(
      Buffer.from(
        JSON.stringify({
          schemaVersion: 2,
          mediaType: IMAGE_MANIFEST,
          artifactType: 'text/plain',
          config: { mediaType: 'application/vnd.oci.empty.v1+json', digest: CONFIG.digest, size: CONFIG.size },
          layers: [],
          annotations: { text },
          subject: { mediaType: IMAGE_MANIFEST, digest: IMAGE.digest, size: IMAGE.bytes.length },
        }),
      ),
      IMAGE_MANIFEST,
    );
  expect(await listReferrers(cyan, IMAGE.digest)).toEqual([]);
  const [one, other] = [statement('one'), statement('other')];
  for (const manifest of [one, other, one]) {
    await putReferrer(cyan, manifest, { subject: IMAGE.digest, artifactType: 'text/plain' });
  }
  const listed = await listReferrers(cyan, IMAGE.digest);
  expect(listed.map(({ digest, artifactType }) => [digest, artifactType])).toEqual([
    [one.digest, 'text/plain'],
    [other.digest, 'text/plain'],
  ]);

  expect(await deleteManifest(cyan, one.digest)).toBe(true);
  expect(await deleteManifest(cyan, one.digest)).toBe(false);
  expect(await findManifest(cyan, one.digest)).toBeUndefined();
});

it('sends a blob again that was cut, which distribution 2 forgets', async () => {
  const proxy = await cutOnce(server.address, 1_500_000);
  const blob = sourceOfBytes(randomBytes(3_000_000));
  const through = await open({ findCredentials: () => me(PASSWORD) }, proxy.host);
  try {
    expect(await uploadBlob(through.repository('family/cut'), blob, { chunkBytes: 1_000_000 })).toBe('uploaded');
    expect(proxy.cuts()).toBe(1);
  } finally {
    await through.close();
    proxy.close();
  }
  expect(await uploadBlob(registry.repository('family/cut'), blob)).toBe('present');
});

it('goes through the proxy of the environment, but not to loopback', async () => {
  const proxy = await proxyTo(server.address);
  process.env['https_proxy'] = proxy.address;
  const far = await open({ findCredentials: () => me(PASSWORD) }, 'registry.example:443');
  const near = await open();
  try {
    expect(await findDigest(far.repository('family/cyan'), '44')).toBe(IMAGE.digest);
    expect(await findDigest(near.repository('family/cyan'), '44')).toBe(IMAGE.digest);
    expect(new Set(proxy.asked)).toEqual(new Set(['registry.example:443']));
  } finally {
    delete process.env['https_proxy'];
    await near.close();
    await far.close();
    proxy.close();
  }
});

describe('refuses', () => {
  it.each([
    ['an unknown authority', { trust: { kind: 'system' } }, 'registry/not-trusted'],
    ['no credentials', { findCredentials: () => Promise.resolve(undefined) }, 'registry/unauthorized'],
    ['a wrong password', { findCredentials: () => me('hunter2') }, 'registry/unauthorized'],
  ] as const)('%s', async (_what, options, code) => {
    const other = await open(options);
    try {
      const error: unknown = await findManifest(other.repository('family/cyan'), '44').catch(
        (thrown: unknown) => thrown,
      );
      const shown = renderError(error, { root: '/', colors: 'never' });
      expect(shown).toContain(`error[${code}]`);
      expect(shown).not.toMatch(/hunter2|correct-horse/);
    } finally {
      await other.close();
    }
  });
});

function me(password: string) {
  return Promise.resolve({ kind: 'password', user: 'me', password } as const);
}

/** Hands on what it is sent, and cuts the first connection that has sent so many bytes. */
async function cutOnce(address: string, bytes: number) {
  const port = Number(address.split(':')[1]);
  const sockets = new Set<Socket>();
  let cuts = 0;
  const proxy = createServer((client) => {
    const upstream = connect(port, '127.0.0.1');
    let sent = 0;
    for (const socket of [client, upstream]) sockets.add(socket.on('error', () => socket.destroy()));
    client.on('data', (piece) => {
      sent += piece.length;
      if (cuts === 0 && sent > bytes) {
        cuts += 1;
        client.destroy();
        upstream.destroy();
      }
    });
    client.pipe(upstream).pipe(client);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  return {
    host: `127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    cuts: () => cuts,
    close: () => {
      for (const socket of sockets) socket.destroy();
      proxy.close();
    },
  };
}
