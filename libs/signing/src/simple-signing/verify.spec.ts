import { renderError } from '@immutablue/diagnostics';
import { toDigest, type Digest } from '@immutablue/oci';
import { generateKeyPair, openSigningKey, type SigningKey } from '../key/signing-key';
import { attach, type Attaching } from '../attached/attach';
import { contentOf, NOTHING_ATTACHED, readManifest, SIGNATURE } from '../attached/manifest';
import { PAYLOAD_TYPE } from './layer';
import { matchesRepository, payloadOf, type SignedImage } from './payload';
import { signImage } from './sign';
import { judgeSignatures, payloadDigests, requireSigned } from './verify';

const digestOf = (digit: string) => toDigest(`sha256:${digit.repeat(64)}`);
const IMAGE: SignedImage = { registry: 'quay.io', repository: 'immutablue/immutablue', digest: digestOf('a') };

const makeKey = () =>
  openSigningKey(generateKeyPair(undefined).privateKey, undefined, { key: 'KEY', password: 'PASSWORD' });
const key = makeKey();
const other = makeKey();

function sign(image: SignedImage, by: SigningKey, existing?: Uint8Array): Attaching {
  const signing = signImage(image, by, existing);
  if (signing === undefined) throw new Error('it is signed already');
  return signing;
}

const blobsOf = (...signings: Attaching[]) =>
  new Map<Digest, Buffer>(signings.flatMap(({ blobs }) => blobs.map(({ digest, bytes }) => [digest, bytes] as const)));

/** A signature over any payload. */
function signedPayload(text: string): Attaching {
  const payload = contentOf(PAYLOAD_TYPE, Buffer.from(text));
  const annotations = { [SIGNATURE]: key.sign(payload.bytes).toString('base64') };
  return attach(IMAGE.digest, 'signatures', NOTHING_ATTACHED, payload, annotations);
}

const judge = (signing: Attaching, blobs = blobsOf(signing)) =>
  judgeSignatures(IMAGE, key.publicKey, signing.manifest.bytes, blobs);

describe('signImage', () => {
  it('makes what cosign and hosts read', () => {
    const { tag, blobs, manifest } = sign(IMAGE, key);
    expect(tag).toBe(`sha256-${'a'.repeat(64)}.sig`);
    expect(blobs.map(({ bytes }) => bytes.toString())).toMatchInlineSnapshot(`
     [
       "{"critical":{"identity":{"docker-reference":"quay.io/immutablue/immutablue"},"image":{"docker-manifest-digest":"sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},"type":"cosign container image signature"},"optional":null}",
       "{"architecture":"","os":"","config":{},"rootfs":{"type":"layers","diff_ids":["sha256:cb39a6c99886627e58411ad82bb19b6e45e0ad86c19c6572cbb5a5803641cf1b"]},"history":[{"created":"0001-01-01T00:00:00Z"}]}",
     ]
    `);
    const text = manifest.bytes.toString().replace(/(cosign\/signature":)"[^"]+"/, '$1"…"');
    expect(JSON.parse(text)).toMatchInlineSnapshot(`
     {
       "config": {
         "digest": "sha256:fb7468c3fdd58a91fea21b5d6716d5684a29d3710e9c6f34a9dddc21d7e922f3",
         "mediaType": "application/vnd.oci.image.config.v1+json",
         "size": 200,
       },
       "layers": [
         {
           "annotations": {
             "dev.cosignproject.cosign/signature": "…",
           },
           "digest": "sha256:cb39a6c99886627e58411ad82bb19b6e45e0ad86c19c6572cbb5a5803641cf1b",
           "mediaType": "application/vnd.dev.cosign.simplesigning.v1+json",
           "size": 245,
         },
       ],
       "mediaType": "application/vnd.oci.image.manifest.v1+json",
       "schemaVersion": 2,
     }
    `);
  });

  it('keeps the signatures that are there, with what is noted about them', () => {
    const before = readManifest(sign(IMAGE, other).manifest.bytes, 'signatures');
    const noted = {
      ...before,
      annotations: { a: 'b' },
      layers: before.layers.map((layer) => ({ ...layer, urls: ['u'] })),
    };
    const signing = sign(IMAGE, key, Buffer.from(JSON.stringify(noted)));
    const after = readManifest(signing.manifest.bytes, 'signatures');
    expect(after.layers[0]).toEqual(noted.layers[0]);
    expect(after).toMatchObject({ annotations: { a: 'b' } });
    expect(judge(signing)).toEqual([{ kind: 'not-of-this-key' }, { kind: 'accepted' }]);
    const [, config] = signing.blobs;
    expect(JSON.parse(config?.bytes.toString() ?? '')).toMatchObject({
      rootfs: { diff_ids: after.layers.map(({ digest }) => digest) },
    });
  });

  it('signs no image twice by the same key', () => {
    const first = sign(IMAGE, key);
    const second = sign(IMAGE, other, first.manifest.bytes);
    expect(signImage(IMAGE, key, second.manifest.bytes)).toBeUndefined();
  });

  it.each(['', '{}', '[]', '{"schemaVersion":2,"manifests":[]}'])('overwrites nothing else: %j', (existing) => {
    expect(() => signImage(IMAGE, key, Buffer.from(existing))).toThrow('no manifest of signatures');
  });
});

describe('judgeSignatures', () => {
  const payload = (changes: object) =>
    JSON.stringify({ ...(JSON.parse(payloadOf(IMAGE).toString()) as object), ...changes });
  const critical = (changes: object) => {
    const { critical: before } = JSON.parse(payloadOf(IMAGE).toString()) as { critical: object };
    return payload({ critical: { ...before, ...changes } });
  };

  it.each<[string, Attaching, string]>([
    ['a signature', sign(IMAGE, key), 'accepted'],
    ['what skopeo notes', signedPayload(payload({ optional: { creator: 'x', timestamp: 1 } })), 'accepted'],
    [
      'a tag',
      signedPayload(critical({ identity: { 'docker-reference': 'quay.io/immutablue/immutablue:44' } })),
      'accepted',
    ],
    ['another key', sign(IMAGE, other), 'not-of-this-key'],
    ['another image', sign({ ...IMAGE, digest: digestOf('b') }, key), 'of-another-image'],
    ['another repository', sign({ ...IMAGE, repository: 'immutablue/immutablue-cyan' }, key), 'of-another-repository'],
    ['another registry', sign({ ...IMAGE, registry: 'quay.io:443' }, key), 'of-another-repository'],
    ['another type', signedPayload(critical({ type: 'atomic container signature' })), 'unreadable'],
    ['a field more', signedPayload(payload({ more: 1 })), 'unreadable'],
    ['no JSON', signedPayload('hello'), 'unreadable'],
  ])('%s', (_, signing, kind) => {
    expect(judge(signing).map((verdict) => verdict.kind)).toEqual([kind]);
  });

  it('sees that a payload is missing, or another one', () => {
    const signing = sign(IMAGE, key);
    const [digest] = payloadDigests(signing.manifest.bytes);
    expect(judge(signing, new Map())).toEqual([{ kind: 'wrong-content' }]);
    const changed = new Map([[digest ?? IMAGE.digest, Buffer.from('changed')]]);
    expect(judge(signing, changed)).toEqual([{ kind: 'wrong-content' }]);
  });

  it('passes over layers that are no signatures', () => {
    const signing = sign(IMAGE, key);
    const manifest = readManifest(signing.manifest.bytes, 'signatures');
    const layers = [
      { ...manifest.layers[0], annotations: {} },
      { ...manifest.layers[0], mediaType: 'text/plain' },
    ];
    const bytes = Buffer.from(JSON.stringify({ ...manifest, layers }));
    expect(payloadDigests(bytes)).toEqual([]);
    expect(judgeSignatures(IMAGE, key.publicKey, bytes, blobsOf(signing))).toEqual([]);
  });

  it('asks for no payload that hosts would not read', () => {
    const manifest = readManifest(sign(IMAGE, key).manifest.bytes, 'signatures');
    const layers = manifest.layers.map((layer) => ({ ...layer, size: 5_000_000 }));
    expect(payloadDigests(Buffer.from(JSON.stringify({ ...manifest, layers })))).toEqual([]);
  });
});

describe('requireSigned', () => {
  it('is content with one signature', () => {
    expect(() => {
      requireSigned(IMAGE, [{ kind: 'not-of-this-key' }, { kind: 'accepted' }]);
    }).not.toThrow();
  });

  it('says what is wrong with each', () => {
    const elsewhere = { kind: 'of-another-repository', reference: 'quay.io/x/y' } as const;
    expect(
      refusal(() => {
        requireSigned(IMAGE, [{ kind: 'not-of-this-key' }, elsewhere]);
      }),
    ).toMatchInlineSnapshot(`
     "error[signing/not-signed]: \`quay.io/immutablue/immutablue@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\` is not signed by the key: hosts that ask for its signature refuse the image
       | signature 1 of 2: by another key, or changed since
       | signature 2 of 2: of an image in another repository, \`quay.io/x/y\`
       hint: is the public key that of the private key that signs?"
    `);
    expect(
      refusal(() => {
        requireSigned(IMAGE, []);
      }),
    ).toContain(`there is no signature under \`sha256-${'a'.repeat(64)}.sig\``);
  });
});

function refusal(attempt: () => void): string {
  try {
    attempt();
  } catch (error) {
    return renderError(error, { root: '/', colors: 'never' });
  }
  return '';
}

describe('matchesRepository', () => {
  it.each([
    ['quay.io/immutablue/immutablue', true],
    ['quay.io/immutablue/immutablue:44', true],
    [`quay.io/immutablue/immutablue@sha256:${'a'.repeat(64)}`, true],
    ['quay.io/immutablue/immutablue-cyan', false],
    ['quay.io/immutablue', false],
    ['QUAY.io/immutablue/immutablue', false],
    ['immutablue/immutablue', false],
    ['', false],
  ])('%s: %s', (reference, matches) => {
    expect(matchesRepository(reference, IMAGE)).toBe(matches);
  });
});
