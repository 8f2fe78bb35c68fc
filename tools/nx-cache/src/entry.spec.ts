import { toDigest } from '@immutablue/oci';
import { toManifest, IMAGE_MANIFEST, type Manifest } from '@immutablue/registry';
import { generateKeyPair, openSigningKey } from '@immutablue/signing';
import { manifestOf, readEntry, type Content } from './entry';
import { toTaskHash, type TaskHash } from './task-hash';

const key = openSigningKey(generateKeyPair(undefined).privateKey, undefined, { key: 'KEY', password: 'PASSWORD' });
const other = openSigningKey(generateKeyPair(undefined).privateKey, undefined, { key: 'KEY', password: 'PASSWORD' });
const content: Content = { digest: toDigest(`sha256:${'a'.repeat(64)}`), size: 3 };
const signed = { kind: 'signed', by: key.publicKey } as const;

const hashOf = (text: string): TaskHash => toTaskHash(text) ?? fail(text);
function fail(text: string): never {
  throw new Error(`${text} is no hash`);
}

const one = hashOf('1');
const edited = ({ bytes }: Manifest, from: string | RegExp, to: string) =>
  toManifest(Buffer.from(bytes.toString().replace(from, to)), IMAGE_MANIFEST);

it('reads what it has written', () => {
  expect(readEntry(one, manifestOf(one, content, key), signed)).toEqual({ kind: 'content', content });
  expect(readEntry(one, manifestOf(one, content, undefined), { kind: 'anyone' })).toEqual({ kind: 'content', content });
});

const byAnother = 'is not signed by the key of this workspace, or was changed since';

it.each([
  ['without a signature', one, manifestOf(one, content, undefined), 'is not signed'],
  ['by another key', one, manifestOf(one, content, other), byAnother],
  ['of another hash', hashOf('2'), manifestOf(one, content, key), byAnother],
  ['of another content', one, edited(manifestOf(one, content, key), 'a'.repeat(64), 'b'.repeat(64)), byAnother],
  ['of another size', one, edited(manifestOf(one, content, key), '"size":3}', '"size":4}'), byAnother],
  [
    'with a signature that is none',
    one,
    edited(manifestOf(one, content, key), /signature":"[^"]*"/, 'signature":""'),
    byAnother,
  ],
  ['that is no manifest', one, toManifest(Buffer.from('<html>'), IMAGE_MANIFEST), 'is no result of a task'],
  ['of an image', one, edited(manifestOf(one, content, key), 'nx-cache.v1', 'image'), 'is no result of a task'],
  [
    'of too much',
    one,
    edited(manifestOf(one, content, key), '"size":3}', '"size":268435457}'),
    'is no result of a task',
  ],
])('refuses an entry %s', (_what, hash, manifest, why) => {
  expect(readEntry(hash, manifest, signed)).toEqual({ kind: 'refused', why });
});
