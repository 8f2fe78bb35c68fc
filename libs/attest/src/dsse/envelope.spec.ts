import { generateKeyPair, openSigningKey } from '@immutablue/signing';
import { openStatement, preAuthenticationEncoding, sealStatement } from './envelope';

const makeKey = () =>
  openSigningKey(generateKeyPair(undefined).privateKey, undefined, { key: 'KEY', password: 'PASSWORD' });
const key = makeKey();
const sealed = sealStatement(Buffer.from('{"a":1}'), key);

it('encodes what is signed as the protocol says', () => {
  // The example of https://github.com/secure-systems-lab/dsse/blob/v1.0.2/protocol.md#test-vectors
  const encoded = preAuthenticationEncoding('http://example.com/HelloWorld', Buffer.from('hello world'));
  expect(encoded.toString()).toBe('DSSEv1 29 http://example.com/HelloWorld 11 hello world');
});

it('opens what the key has sealed', () => {
  expect(openStatement(sealed, key.publicKey)).toEqual({ kind: 'opened', statement: Buffer.from('{"a":1}') });
});

const changed = (change: Readonly<Record<string, unknown>>) =>
  Buffer.from(JSON.stringify({ ...(JSON.parse(sealed.toString()) as object), ...change }));
const signedAs = (payloadType: string) =>
  changed({
    payloadType,
    signatures: [{ sig: key.sign(preAuthenticationEncoding(payloadType, Buffer.from('{"a":1}'))).toString('base64') }],
  });

it.each([
  ['of another key', sealed, makeKey(), 'not-of-this-key'],
  ['with another payload', changed({ payload: Buffer.from('{"a":2}').toString('base64') }), key, 'not-of-this-key'],
  ['signed as something else', changed({ payloadType: 'text/plain' }), key, 'not-of-this-key'],
  ['that is something else', signedAs('text/plain'), key, 'unreadable'],
  ['without signatures', changed({ signatures: [] }), key, 'unreadable'],
  ['that is no JSON', Buffer.from('{'), key, 'unreadable'],
])('does not open one %s', (_, envelope, by, kind) => {
  expect(openStatement(envelope, by.publicKey).kind).toBe(kind);
});
