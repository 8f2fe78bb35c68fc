import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { verifyImage, type Statement, type Verification } from '@immutablue/attest';
import { createLabContext, ensureRegistryClients, type RegistryClients } from '@immutablue/lab';
import { runCommand, tryCommand, writeImageLayout, type Digest } from '@immutablue/oci';
import { findManifest, listReferrers, openRegistry, sourceOfBytes, type Registry } from '@immutablue/registry';
import { generateKeyPair, openSigningKey, type SigningKey } from '@immutablue/signing';
import type { Release } from '@immutablue/variant';
import { pushAttestation, pushDocument, pushSignature, SBOM } from './support/attached';
import { startSecuredRegistry, type SecuredRegistry } from './support/secured-registry';

/** Provenance as strangers see it: pushed by us to a registry with TLS and a password, checked by cosign, and by `verify`. */
let scratch: string;
let server: SecuredRegistry;
let registry: Registry;
let clients: RegistryClients;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'attest-e2e-'));
  clients = await ensureRegistryClients(createLabContext({ workspaceRoot: join(scratch, 'workspace') }));
  server = await startSecuredRegistry(scratch);
  process.env['REGISTRY_AUTH_FILE'] = server.authFile;
  registry = await openRegistry(server.address, {
    trust: { kind: 'authorities', certificates: server.authority },
  });
});

afterAll(async () => {
  await registry.close();
  await server.stop();
  await rm(scratch, { recursive: true });
});

const open = () =>
  openSigningKey(generateKeyPair(undefined).privateKey, undefined, { key: 'KEY', password: 'PASSWORD' });
const key = open();
const otherKey = open();
const RELEASE = '44' as Release;

describe('a published image', () => {
  it('is proven, to cosign too', async () => {
    const image = await publish('family/whole');
    expect(outcome(await verify(image))).toEqual({
      signature: 'proven',
      variant: 'teal',
      documents: 'proven',
      codes: [],
    });
    expect(await cosignVerify(image, key)).toBe('');
  });

  it('refers to its attestation, which registries list', async () => {
    const image = await publish('family/listed');
    const listed = await listReferrers(registry.repository(image.repository), image.digest);
    expect(listed.map(({ artifactType }) => artifactType).sort()).toEqual([
      'application/spdx+json',
      'application/vnd.dsse.envelope.v1+json',
    ]);
  });

  it('keeps what another key has attested, and is attested once by each', async () => {
    const image = await publish('family/twice', { key: otherKey });
    const before = await verify(image);
    expect(outcome(before).codes).toEqual(['signing/not-signed', 'attest/not-attested']);
    expect(await pushAttestation(registry.repository(image.repository), image, statementAbout(image), key)).toBe(
      'attested',
    );
    expect(await pushAttestation(registry.repository(image.repository), image, statementAbout(image), key)).toBe(
      'attested-already',
    );
    expect(outcome(await verify(image))).toMatchObject({ variant: 'teal', codes: ['signing/not-signed'] });
    expect([await cosignVerify(image, key), await cosignVerify(image, otherKey)]).toEqual(['', '']);
  });

  it('is proven with what it stands on', async () => {
    const base = await publish('family/base', { statement: upstreamStatement('base') });
    const image = await publish('family/on-base', { parent: base });
    const { faults, parent } = await verify(image);
    expect([faults, parent?.image.digest]).toEqual([[], base.digest]);
  });
});

describe('refused is', () => {
  it('a payload that was changed', async () => {
    const image = await publish('family/changed', { envelope: (text) => withPayload(text, '"teal"', '"cyan"') });
    expect(outcome(await verify(image)).codes).toEqual(['attest/not-attested']);
    expect(await cosignVerify(image, key)).not.toBe('');
  });

  it('what another key has attested', async () => {
    const image = await publish('family/other-key', { attestationKey: otherKey });
    expect(outcome(await verify(image)).codes).toEqual(['attest/not-attested']);
    expect(await cosignVerify(image, key)).not.toBe('');
  });

  it('the attestation of another image', async () => {
    const other = await pushImage('family/swapped', 'other');
    const image = await publish('family/swapped', { statement: () => statementAbout(other) });
    const { faults } = await verify(image);
    expect(faults.map(({ code, notes }) => [code, notes])).toEqual([
      ['attest/not-attested', [`provenance 1 of 1: of another image, \`${other.digest}\``]],
    ]);
    expect(await cosignVerify(image, key)).not.toBe('');
  });

  it('an image without its SBOM', async () => {
    const image = await publish('family/no-sbom', { sbom: 'missing' });
    expect(outcome(await verify(image))).toMatchObject({ documents: 'failed', codes: ['attest/no-document'] });
  });

  it('an image with another SBOM', async () => {
    const image = await publish('family/other-sbom', { sbom: Buffer.from('{}') });
    expect(outcome(await verify(image))).toMatchObject({ documents: 'failed', codes: ['attest/no-document'] });
  });

  it('an image without anything', async () => {
    const image = await pushImage('family/bare');
    expect(outcome(await verify(image)).codes).toEqual(['signing/not-signed', 'attest/not-attested']);
  });

  it('a parent that is not the one of the provenance', async () => {
    const base = await publish('family/base', { statement: upstreamStatement('base') });
    const image = await publish('family/on-other', { parent: { ...base, imageId: 'f'.repeat(64) } });
    expect(outcome(await verify(image)).codes).toEqual(['attest/parent-not-proven']);
  });

  it('a parent without a signature', async () => {
    const image = await publish('family/on-bare', { parent: await pushImage('family/bare') });
    expect(outcome(await verify(image)).codes).toEqual(['signing/not-signed', 'attest/not-attested']);
  });
});

interface Image {
  readonly repository: string;
  readonly digest: Digest;
  readonly imageId: string;
  readonly size: number;
  readonly layers: readonly string[];
}

interface Published {
  readonly key?: SigningKey;
  readonly attestationKey?: SigningKey;
  readonly statement?: (image: Image) => Statement;
  /** What the statement says that it stands on; an upstream image when not given. */
  readonly parent?: Image;
  /** What is done to the envelope before it is pushed. */
  readonly envelope?: (text: string) => string;
  readonly sbom?: 'missing' | Buffer;
}

/** Publishes an image of its own with all that belongs to it. */
async function publish(name: string, how: Published = {}): Promise<Image> {
  const image = await pushImage(name, ...(how.parent?.layers ?? []), name);
  const repository = registry.repository(name);
  if (how.sbom !== 'missing') await pushDocument(repository, image, how.sbom);
  const by = how.key ?? key;
  const statement = how.statement?.(image) ?? statementAbout(image, how.parent);
  await pushAttestation(repository, image, statement, how.attestationKey ?? by, how.envelope);
  await pushSignature(repository, image, by);
  return image;
}

function withPayload(envelope: string, before: string, after: string): string {
  const parsed = JSON.parse(envelope) as { payload?: string };
  if (parsed.payload === undefined) return envelope;
  const payload = Buffer.from(parsed.payload, 'base64').toString().replace(before, after);
  return JSON.stringify({ ...parsed, payload: Buffer.from(payload).toString('base64') });
}

function upstreamStatement(variant: string) {
  return (image: Image) => {
    const statement = statementAbout(image);
    const { buildDefinition } = statement.predicate;
    const externalParameters = { ...buildDefinition.externalParameters, variant };
    return {
      ...statement,
      predicate: { ...statement.predicate, buildDefinition: { ...buildDefinition, externalParameters } },
    };
  };
}

function statementAbout({ repository, digest }: Image, parent?: Image): Statement {
  const hex = (one: string) => one.replace('sha256:', '');
  const annotations = parent === undefined ? {} : { variant: 'base' };
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: `${server.address}/${repository}`, digest: { sha256: hex(digest) } }],
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        buildType: 'https://immutablue.io/provenance/build/v1',
        externalParameters: { variant: 'teal', release: RELEASE, architecture: 'x86_64', upstream: 'lab' },
        internalParameters: {
          buildKeys: { rest: 'b'.repeat(64) },
          options: ['teal'],
          packages: 'fixed',
          secrets: [],
          workspace: { state: 'not in git' },
        },
        resolvedDependencies: [
          {
            name: 'parent:44',
            digest: { sha256: parent?.imageId ?? 'e'.repeat(64) },
            annotations: { kind: 'parent configuration', ...annotations },
          },
          ...(parent === undefined
            ? []
            : [
                {
                  name: `${server.address}/${parent.repository}`,
                  digest: { sha256: hex(parent.digest) },
                  annotations: { kind: 'parent image', ...annotations },
                },
              ]),
        ],
      },
      runDetails: {
        builder: { id: 'https://immutablue.io/provenance/builder/workspace/v1' },
        metadata: { invocationId: 'b'.repeat(64) },
        byproducts: [
          {
            name: 'teal.spdx.json',
            digest: { sha256: hex(sourceOfBytes(SBOM.bytes).digest) },
            mediaType: SBOM.mediaType,
          },
        ],
      },
    },
  };
}

async function verify(image: Image): Promise<Verification> {
  return verifyImage({
    registry,
    reference: { registry: server.address, repository: image.repository, digest: image.digest },
    variant: 'teal',
    key: key.publicKey,
    architecture: 'x86_64',
    signal: AbortSignal.timeout(60_000),
  });
}

function outcome({ signature, statement, documents, faults }: Verification) {
  const variant = statement?.predicate.buildDefinition.externalParameters.variant;
  return { signature, variant, documents, codes: faults.map(({ code }) => code) };
}

async function cosignVerify(image: Image, { publicKey }: SigningKey): Promise<string> {
  const file = join(await mkdtemp(join(scratch, 'key-')), 'key.pub');
  await writeFile(file, publicKey.pem);
  const words = ['--key', file, '--type', 'slsaprovenance1', '--insecure-ignore-tlog=true'];
  const name = `${server.address}/${image.repository}@${image.digest}`;
  const { exitCode, stdout, tail } = await tryCommand([...clients.cosign, 'verify-attestation', ...words, name], {
    environment: {
      HOME: scratch,
      DOCKER_CONFIG: await dockerConfiguration(),
      SSL_CERT_FILE: join(server.certificates, 'ca.crt'),
    },
  });
  return exitCode === 0 ? '' : [stdout, ...tail, `exit code ${exitCode}`].join('\n');
}

/** cosign reads passwords from where docker keeps them. */
async function dockerConfiguration(): Promise<string> {
  const directory = join(scratch, 'docker');
  await tryCommand(['install', '-D', '--mode=600', server.authFile, join(directory, 'config.json')]);
  return directory;
}

/** An image whose layers hold these texts, which tell it from others; pushed by skopeo. */
async function pushImage(repository: string, ...given: readonly string[]): Promise<Image> {
  const directory = await mkdtemp(join(scratch, 'image-'));
  const texts = given.length === 0 ? [repository] : given;
  const layers = [];
  for (const text of texts) {
    const archive = join(directory, `layer-${layers.length}`);
    await writeFile(archive, text);
    const { digest, size } = sourceOfBytes(Buffer.from(text));
    layers.push({ digest, size, archive });
  }
  const config = {
    architecture: 'amd64',
    os: 'linux',
    config: {},
    rootfs: { type: 'layers' as const, diff_ids: layers.map(({ digest }) => digest) },
  };
  const layout = join(directory, 'layout');
  const imageId = await writeImageLayout(layout, { config, layers });
  const words = ['--dest-cert-dir', server.certificates, '--authfile', server.authFile];
  await runCommand([
    'skopeo',
    'copy',
    '--quiet',
    ...words,
    `oci:${layout}`,
    `docker://${server.address}/${repository}:44`,
  ]);
  const manifest = await findManifest(registry.repository(repository), '44');
  if (manifest === undefined) throw new Error('skopeo has pushed nothing');
  return { repository, digest: manifest.digest, imageId, size: manifest.bytes.length, layers: texts };
}
