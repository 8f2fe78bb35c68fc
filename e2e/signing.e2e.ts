import { createHash, generateKeyPairSync } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createLabContext,
  ensureRegistryClients,
  startRegistry,
  type Registry,
  type RegistryClients,
} from '@immutablue/lab';
import { toDigest, tryCommand, type Digest } from '@immutablue/oci';
import { openRoot } from '@immutablue/overrides';
import { createPlan, kindOf, publicKeyPath, type StepRuntime } from '@immutablue/plan';
import { planInput } from '@immutablue/plan/testing';
import {
  generateKeyPair,
  judgeSignatures,
  openSigningKey,
  payloadDigests,
  signatureTag,
  signImage,
  type Content,
  type SigningKey,
} from '@immutablue/signing';

/**
 * Signatures as hosts see them: made by us, checked by skopeo under the policy that images carry and by cosign, in a registry on
 * loopback.
 */
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';

let scratch: string;
let registry: Registry;
let clients: RegistryClients;
/** `127.0.0.1:<port>/family`: what the policy is about. */
let namespace: string;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'signing-e2e-'));
  const context = createLabContext({ workspaceRoot: join(scratch, 'workspace') });
  clients = await ensureRegistryClients(context);
  registry = await startRegistry(context, { directory: join(scratch, 'registry') });
  namespace = `${registry.address}/family`;
});

afterAll(async () => {
  await registry.stop();
  await rm(scratch, { recursive: true });
});

const open = (pem: string, password?: string) => openSigningKey(pem, password, { key: 'KEY', password: 'PASSWORD' });
const key = open(generateKeyPair(undefined).privateKey);
const otherKey = open(generateKeyPair(undefined).privateKey);

describe('under the policy of an image, a host', () => {
  let host: Host;
  beforeAll(async () => {
    host = await createHost('host', key);
  });

  it('takes an image that the key has signed', async () => {
    const image = await pushImage('family/signed');
    await sign(image, key);
    expect(await host.pull(image)).toBe('');
    expect(await host.pull({ ...image, tag: '44' })).toBe('');
    expect(await cosignVerify(image, key)).toBe('');
  });

  it('takes it when another key has signed it before', async () => {
    const image = await pushImage('family/twice');
    await sign(image, otherKey);
    expect(await host.pull(image)).toContain('cryptographic signature verification failed');
    await sign(image, key);
    expect(await host.pull(image)).toBe('');
    expect(await cosignVerify(image, key)).toBe('');
    expect(await cosignVerify(image, otherKey)).toBe('');
  });

  it('refuses one without a signature', async () => {
    const image = await pushImage('family/unsigned');
    expect(await host.pull(image)).toContain('A signature was required, but no signature exists');
  });

  it('refuses one whose tag was moved to another image', async () => {
    const image = await pushImage('family/moved');
    await sign(image, key);
    const other = await pushImage('family/moved', 'other');
    expect(await host.pull({ ...other, tag: '44' })).toContain('A signature was required, but no signature exists');
  });

  it('refuses a signature of another image', async () => {
    const image = await pushImage('family/swapped');
    await sign({ ...image, digest: (await pushImage('family/swapped', 'other')).digest }, key, image.digest);
    expect(await host.pull(image)).toContain('Signature for digest');
    expect(await cosignVerify(image, key)).not.toBe('');
  });

  it('refuses a signature of the same image in another repository', async () => {
    const image = await pushImage('family/elsewhere');
    await sign({ ...image, repository: 'family/signed' }, key, image.digest, image.repository);
    expect(await host.pull(image)).toContain('is not accepted');
  });

  it('refuses a payload that was changed after it was signed', async () => {
    const image = await pushImage('family/changed');
    const signing = signImage(partsOf(image), key);
    if (signing === undefined) throw new Error('a first signature');
    const [payload, config] = signing.blobs;
    const changed = Buffer.from((payload?.bytes.toString() ?? '').replace('"optional":null', '"optional":{}'));
    const text = signing.manifest.bytes
      .toString()
      .replace(payload?.digest ?? '', digestOf(changed))
      .replace(`"size":${payload?.bytes.length ?? 0}`, `"size":${changed.length}`);
    await pushBlobs(image.repository, [changed, config?.bytes ?? Buffer.of()]);
    await pushManifest(image.repository, signing.tag, Buffer.from(text));
    expect(await host.pull(image)).toContain('cryptographic signature verification failed');
  });

  it('takes images of others as before', async () => {
    expect(await host.pull(await pushImage('others/unsigned'))).toBe('');
  });
});

describe('keys that hosts and cosign check signatures by', () => {
  it.each([
    ['ECDSA on P-384', () => generateKeyPairSync('ec', { namedCurve: 'P-384' })],
    ['ECDSA on P-521', () => generateKeyPairSync('ec', { namedCurve: 'P-521' })],
    ['RSA', () => generateKeyPairSync('rsa', { modulusLength: 2048 })],
    ['Ed25519', () => generateKeyPairSync('ed25519')],
  ])('%s', async (name, generate) => {
    const own = open(generate().privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
    const image = await pushImage('family/keys', name);
    await sign(image, own);
    const host = await createHost(name, own);
    expect([await host.pull(image), await cosignVerify(image, own)]).toEqual(['', '']);
  });
});

describe('cosign and we', () => {
  const environment = { COSIGN_PASSWORD: 'a password' };

  it('sign with a key of ours, and check it', async () => {
    const pair = generateKeyPair('a password');
    const own = open(pair.privateKey, 'a password');
    const image = await pushImage('family/by-cosign');
    const file = join(scratch, 'ours.key');
    await writeFile(file, pair.privateKey, { mode: 0o600 });
    const words = ['--yes', '--tlog-upload=false', '--allow-insecure-registry', '--key', file, nameOf(image)];
    expect(await cosign(['sign', ...words], environment)).toBe('');
    expect(await verdictsOn(image, own)).toEqual([{ kind: 'accepted' }]);
    expect(await (await createHost('by-cosign', own)).pull(image)).toBe('');
    // What cosign has made stays beside ours.
    await sign(image, key);
    expect(await verdictsOn(image, key)).toEqual([{ kind: 'not-of-this-key' }, { kind: 'accepted' }]);
    expect([await cosignVerify(image, own), await cosignVerify(image, key)]).toEqual(['', '']);
  });

  it("sign with a key of cosign's", async () => {
    expect(await cosign(['generate-key-pair', '--output-key-prefix', join(scratch, 'cosign')], environment)).toBe('');
    const own = open(await readFile(join(scratch, 'cosign.key'), 'utf8'), 'a password');
    expect(own.publicKey.pem).toBe(await readFile(join(scratch, 'cosign.pub'), 'utf8'));
    const image = await pushImage('family/key-of-cosign');
    await sign(image, own);
    expect(await cosignVerify(image, own)).toBe('');
  });
});

interface Host {
  /** What skopeo says when it refuses an image; nothing when it is pulled. */
  readonly pull: (image: Image) => Promise<string>;
}

/** Debian's, as its package has it. */
const POLICY =
  '{"default":[{"type":"insecureAcceptAnything"}],"transports":{"docker-daemon":{"":[{"type":"insecureAcceptAnything"}]}}}';

/** A host that runs an image of the family: the steps of a build that concern signatures write its files. */
async function createHost(name: string, { publicKey }: SigningKey): Promise<Host> {
  const directory = join(scratch, name.replaceAll(' ', '-'));
  await mkdir(join(directory, 'etc/containers'), { recursive: true });
  const policy = join(directory, 'etc/containers/policy.json');
  await writeFile(policy, POLICY);
  const input = planInput({ variant: 'name: teal\ndescription: A test\nfrom: quay.io/a/silverblue\n' });
  const plan = createPlan({
    ...input,
    settings: { ...input.settings, registry: namespace },
    signing: { publicKey: publicKey.pem, file: '/workspace/signing.pub' },
  });
  const root = await openRoot(directory, { epochSeconds: 0 });
  for (const step of plan.stages.flatMap(({ steps }) => steps)) {
    const isConcerned =
      step.kind === 'signed-registry' || (step.kind === 'write-file' && step.path.startsWith('/etc/'));
    if (isConcerned) await kindOf(step).run(step, { root } as StepRuntime);
  }
  // The host is a folder here: its key is not at the root of this machine.
  const keyPath = publicKeyPath(namespace);
  await writeFile(policy, (await readFile(policy, 'utf8')).replaceAll(keyPath, join(directory, keyPath)));
  const settings = ['--policy', policy, '--registries.d', join(directory, 'etc/containers/registries.d')];
  return {
    pull: async (image) => {
      const target = await mkdtemp(join(scratch, 'pulled-'));
      const words = ['copy', '--src-tls-verify=false', `docker://${nameOf(image)}`, `dir:${target}`];
      return failureOf([...clients.skopeo, ...settings, ...words]);
    },
  };
}

/** An image in the registry; by its digest unless a tag is meant. */
interface Image {
  readonly repository: string;
  readonly digest: Digest;
  readonly tag?: string;
}

function nameOf({ repository, digest, tag }: Image): string {
  return `${registry.address}/${repository}${tag === undefined ? `@${digest}` : `:${tag}`}`;
}

function partsOf({ repository, digest }: Image) {
  return { registry: registry.address, repository, digest };
}

/** Signs an image, with what is there of it already. `digest` and `repository` say where the signature is put, when not beside the image. */
async function sign(image: Image, by: SigningKey, digest = image.digest, repository = image.repository): Promise<void> {
  const existing = await getManifest(repository, signatureTag(digest));
  const signing = signImage(partsOf(image), by, existing);
  if (signing === undefined) return;
  await pushBlobs(
    repository,
    signing.blobs.map(({ bytes }: Content) => bytes),
  );
  await pushManifest(repository, signatureTag(digest), signing.manifest.bytes);
}

async function verdictsOn(image: Image, { publicKey }: SigningKey) {
  const manifest = (await getManifest(image.repository, signatureTag(image.digest))) ?? Buffer.of();
  const payloads = new Map<Digest, Buffer>();
  for (const digest of payloadDigests(manifest)) {
    const blob = await fetch(`http://${registry.address}/v2/${image.repository}/blobs/${digest}`);
    payloads.set(digest, Buffer.from(await blob.arrayBuffer()));
  }
  return judgeSignatures(partsOf(image), publicKey, manifest, payloads);
}

async function cosignVerify(image: Image, { publicKey }: SigningKey): Promise<string> {
  const file = join(await mkdtemp(join(scratch, 'key-')), 'key.pub');
  await writeFile(file, publicKey.pem);
  const words = ['--key', file, '--insecure-ignore-tlog=true', '--allow-insecure-registry', nameOf(image)];
  return cosign(['verify', ...words], {});
}

function cosign(words: readonly string[], environment: Readonly<Record<string, string>>): Promise<string> {
  return failureOf([...clients.cosign, ...words], { HOME: scratch, ...environment });
}

/** What a program says that fails; nothing when it succeeds. */
async function failureOf(
  argv: readonly [string, ...string[]],
  environment: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { exitCode, stdout, tail } = await tryCommand(argv, { environment });
  return exitCode === 0 ? '' : [stdout, ...tail, `exit code ${exitCode}`].join('\n');
}

/** An image without a file; `text` tells it from others. */
async function pushImage(repository: string, text = ''): Promise<Image> {
  const config = Buffer.from(
    JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      author: text,
      config: {},
      rootfs: { type: 'layers', diff_ids: [] },
    }),
  );
  await pushBlobs(repository, [config]);
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: MANIFEST,
      config: { mediaType: 'application/vnd.oci.image.config.v1+json', size: config.length, digest: digestOf(config) },
      layers: [],
    }),
  );
  await pushManifest(repository, digestOf(manifest), manifest);
  await pushManifest(repository, '44', manifest);
  return { repository, digest: digestOf(manifest) };
}

async function pushBlobs(repository: string, blobs: readonly Buffer[]): Promise<void> {
  const base = `http://${registry.address}/v2/${repository}/blobs/uploads/`;
  for (const body of blobs) {
    const { headers } = await fetch(base, { method: 'POST' });
    const upload = new URL(headers.get('location') ?? '', base);
    upload.searchParams.set('digest', digestOf(body));
    expect((await fetch(upload, { method: 'PUT', body: new Uint8Array(body) })).status).toBe(201);
  }
}

async function pushManifest(repository: string, reference: string, body: Buffer): Promise<void> {
  const url = `http://${registry.address}/v2/${repository}/manifests/${reference}`;
  const headers = { 'content-type': MANIFEST };
  expect((await fetch(url, { method: 'PUT', headers, body: new Uint8Array(body) })).status).toBe(201);
}

async function getManifest(repository: string, reference: string): Promise<Buffer | undefined> {
  const url = `http://${registry.address}/v2/${repository}/manifests/${reference}`;
  const answer = await fetch(url, { headers: { accept: MANIFEST } });
  return answer.status === 200 ? Buffer.from(await answer.arrayBuffer()) : undefined;
}

function digestOf(bytes: Buffer): Digest {
  return toDigest(`sha256:${createHash('sha256').update(bytes).digest('hex')}`);
}
