import { toDigest } from '@immutablue/oci';
import { generateKeyPair, openSigningKey } from '@immutablue/signing';
import { sealBundle, signatureStatement, statementIn } from './bundle';

const makeKey = () =>
  openSigningKey(generateKeyPair(undefined).privateKey, undefined, { key: 'KEY', password: 'PASSWORD' });
const key = makeKey();
const statement = signatureStatement(toDigest(`sha256:${'a'.repeat(64)}`));
const bundle = sealBundle(statement, key);

it('has what it takes to check a statement but the key', () => {
  expect(JSON.parse(bundle.bytes.toString())).toEqual({
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: { publicKey: { hint: expect.stringMatching(/^[\w+/]{43}=$/) as string } },
    dsseEnvelope: {
      payloadType: 'application/vnd.in-toto+json',
      payload: statement.toString('base64'),
      signatures: [{ sig: expect.any(String) as string }],
    },
  });
  expect(bundle.predicateType).toBe('https://sigstore.dev/cosign/sign/v1');
});

it('states what it was made of, to those who have the key', () => {
  expect(statementIn(bundle.bytes, key.publicKey)).toEqual(statement);
});

it.each([
  ['of another key', bundle.bytes, makeKey()],
  ['that is no JSON', Buffer.from('{'), key],
  ['without an envelope', Buffer.from('{}'), key],
  ['with something else in its place', Buffer.from('{"dsseEnvelope":[]}'), key],
])('states nothing %s', (_, bytes, by) => {
  expect(statementIn(bytes, by.publicKey)).toBeUndefined();
});
