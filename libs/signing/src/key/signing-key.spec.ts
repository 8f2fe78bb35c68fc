import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { CLEAR_DIAGNOSTIC } from '@immutablue/diagnostics/testing';
import { renderError } from '@immutablue/diagnostics';
import { parsePem, formatPem } from './pem';
import { parsePublicKey } from './public-key';
import { generateKeyPair, openSigningKey } from './signing-key';

const NAMES = { key: 'KEY', password: 'PASSWORD' };
const PAYLOAD = Buffer.from('payload');

const pkcs8 = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'pem' }).toString();
const encrypted = (key: KeyObject, passphrase: string) =>
  key.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase }).toString();
const spki = (key: KeyObject) => key.export({ type: 'spki', format: 'pem' }).toString();

const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const cosign = generateKeyPair('hunter2-secret');
const cosignEmpty = generateKeyPair('');
/** As cosign 1 has labelled it. */
const COSIGN_1 = cosign.privateKey.replaceAll('SIGSTORE', 'COSIGN');

/** What is said of a key that is refused. */
function refusal(text: string, password?: string): string {
  try {
    openSigningKey(text, password, NAMES);
  } catch (error) {
    return renderError(error, { root: '/', colors: 'never' });
  }
  return '';
}

/** The JSON in a key of cosign's, changed. */
function changed(from: string | RegExp, to: string): string {
  const text = parsePem(cosign.privateKey)?.bytes.toString() ?? '';
  expect(text.replace(from, to)).not.toBe(text);
  return formatPem('ENCRYPTED SIGSTORE PRIVATE KEY', Buffer.from(text.replace(from, to)));
}

describe('openSigningKey opens', () => {
  it.each([
    ['PKCS#8', pkcs8(p256.privateKey), undefined],
    ['PKCS#8 with a password that it does not need', pkcs8(p256.privateKey), 'unused'],
    ['PKCS#8 with text around it', `# my key\n\n${pkcs8(p256.privateKey)}\nend\n`, undefined],
    ['PKCS#8 with line ends of Windows', pkcs8(p256.privateKey).replaceAll('\n', '\r\n'), undefined],
    ['encrypted PKCS#8', encrypted(p256.privateKey, 'hunter2-secret'), 'hunter2-secret'],
    ["cosign's", cosign.privateKey, 'hunter2-secret'],
    ["cosign 1's", COSIGN_1, 'hunter2-secret'],
    ["cosign's with an empty password, and none given", cosignEmpty.privateKey, undefined],
    ['P-384', pkcs8(generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey), undefined],
    ['P-521', pkcs8(generateKeyPairSync('ec', { namedCurve: 'P-521' }).privateKey), undefined],
    ['RSA', pkcs8(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey), undefined],
    ['Ed25519', pkcs8(generateKeyPairSync('ed25519').privateKey), undefined],
  ])('%s', (_, text, password) => {
    const key = openSigningKey(text, password, NAMES);
    const signature = key.sign(PAYLOAD);
    expect(parsePublicKey(key.publicKey.pem, 'a.pub').verifies(PAYLOAD, signature)).toBe(true);
    expect(key.publicKey.verifies(Buffer.from('other'), signature)).toBe(false);
    // Nothing of the private part is in what a careless log would print.
    expect(JSON.stringify(key)).toBe(JSON.stringify({ publicKey: { pem: key.publicKey.pem } }));
  });
});

describe('openSigningKey refuses', () => {
  it.each([
    ['nothing', 'hello', undefined, 'wrong-key]: KEY is no key in PEM, not a private key'],
    ['a public key', spki(p256.publicKey), undefined, 'wrong-key]: KEY is a public key'],
    [
      'SEC1',
      p256.privateKey.export({ type: 'sec1', format: 'pem' }).toString(),
      undefined,
      'wrong-key]: KEY is `EC PRIVATE KEY`, not',
    ],
    ['a damaged key', formatPem('PRIVATE KEY', Buffer.from('abc')), undefined, 'is damaged'],
    [
      'another curve',
      pkcs8(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey),
      undefined,
      '(ec, secp256k1)',
    ],
    ['short RSA', pkcs8(generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey), undefined, '(rsa, 1024 bits)'],
    ['X25519', pkcs8(generateKeyPairSync('x25519').privateKey), undefined, '(x25519)'],
    [
      'a wrong password',
      encrypted(p256.privateKey, 'a'),
      'hunter2-secret',
      'wrong-password]: the key in KEY is not opened by',
    ],
    [
      'no password',
      encrypted(p256.privateKey, 'a'),
      undefined,
      'wrong-password]: the key in KEY is encrypted, and there is no',
    ],
    [
      "a wrong password of cosign's",
      cosign.privateKey,
      'hunter2-wrong',
      'wrong-password]: the key in KEY is not opened by',
    ],
    [
      "no password of cosign's",
      cosign.privateKey,
      undefined,
      'wrong-password]: the key in KEY is encrypted, and there is no',
    ],
    ['other parameters of scrypt', changed('65536', '1073741824'), 'hunter2-secret', 'is damaged'],
    ['another cipher', changed('nacl/secretbox', 'aes'), 'hunter2-secret', 'is damaged'],
    ['a short nonce', changed(/"nonce":"[^"]+"/, '"nonce":"aaaa"'), 'hunter2-secret', 'is damaged'],
    ['what is no JSON', formatPem('ENCRYPTED SIGSTORE PRIVATE KEY', Buffer.from('{')), 'hunter2-secret', 'is damaged'],
  ])('%s', (_, text, password, message) => {
    const said = refusal(text, password);
    expect(said).toContain(message);
    expect(said).not.toContain('hunter2');
    for (const line of text.split('\n').filter((one) => one.length > 20 && !one.startsWith('-'))) {
      expect(said).not.toContain(line);
    }
  });
});

describe('generateKeyPair', () => {
  it.each([undefined, '', 'päss wörd'])('makes a pair that belongs together, with password %j', (password) => {
    const { privateKey, publicKey } = generateKeyPair(password);
    expect(openSigningKey(privateKey, password, NAMES).publicKey.pem).toBe(publicKey);
    expect(parsePem(privateKey)?.label).toBe(password === undefined ? 'PRIVATE KEY' : 'ENCRYPTED SIGSTORE PRIVATE KEY');
  });
});

describe('parsePublicKey refuses', () => {
  it.each([
    ['a private key', pkcs8(p256.privateKey), 'this is a private key: everyone'],
    ["a private key of cosign's", cosign.privateKey, 'this is a private key: everyone'],
    ['nothing', '', 'this is no public key in PEM'],
    ['a damaged one', formatPem('PUBLIC KEY', Buffer.from('abc')), 'this is no public key in PEM'],
    ['another curve', spki(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey), '(ec, secp256k1)'],
  ])('%s', (_, text, message) => {
    try {
      parsePublicKey(text, '/w/keys/a.pub');
      throw new Error('it was accepted');
    } catch (error) {
      const said = renderError(error, { root: '/w', colors: 'never' });
      expect(said).toMatch(CLEAR_DIAGNOSTIC);
      expect(said).toContain(message);
      expect(said).toContain('keys/a.pub');
    }
  });
});
