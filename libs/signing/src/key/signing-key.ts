import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { DiagnosticError, type Diagnostic } from '@immutablue/diagnostics';
import { ALGORITHMS, algorithmOf, describeAlgorithm } from './algorithm';
import { COSIGN_LABELS, decryptCosignKey, encryptCosignKey } from './cosign-key';
import { parsePem } from './pem';
import { publicKeyOf, type PublicKey } from './public-key';

/** A private key. It is in none of the properties, so that nothing that prints an object prints it. */
export interface SigningKey {
  readonly publicKey: PublicKey;
  readonly sign: (payload: Uint8Array) => Buffer;
}

/** Where a key and its password are from; no message repeats more of them. */
export interface KeyNames {
  readonly key: string;
  readonly password: string;
}

/**
 * Opens a private key: PKCS#8 in PEM, plain or encrypted, or one that cosign has encrypted.
 *
 * @param password of an encrypted key; without one it counts as empty, as it does for cosign.
 * @throws {DiagnosticError} `signing/wrong-key`, or `signing/wrong-password`.
 */
export function openSigningKey(text: string, password: string | undefined, names: KeyNames): SigningKey {
  const key = privateKeyIn(text, password, names);
  const algorithm = algorithmOf(key);
  if (algorithm === undefined) {
    const message = `hosts cannot check signatures of a key of the kind in ${names.key} (${describeAlgorithm(key)})`;
    throw wrongKey(message, `use one for ${ALGORITHMS}`);
  }
  return {
    publicKey: publicKeyOf(createPublicKey(key), algorithm),
    sign: (payload) => sign(algorithm.hash, payload, key),
  };
}

/** A private key and the public one, both in PEM. */
export interface KeyPair {
  readonly privateKey: string;
  readonly publicKey: string;
}

/**
 * Makes a pair for ECDSA on P-256, the algorithm that every reader of signatures knows.
 *
 * @param password encrypts the private key as cosign does; without one it is PKCS#8 as it is.
 */
export function generateKeyPair(password: string | undefined): KeyPair {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    privateKey:
      password === undefined
        ? privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
        : encryptCosignKey(privateKey.export({ type: 'pkcs8', format: 'der' }), password),
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}

function privateKeyIn(text: string, password: string | undefined, names: KeyNames): KeyObject {
  const pem = parsePem(text);
  if (pem === undefined) throw otherForm('no key in PEM', names);
  switch (pem.label) {
    case 'PRIVATE KEY':
      return keyFrom(() => createPrivateKey(pem.text)) ?? fail(damaged(names));
    case 'ENCRYPTED PRIVATE KEY': {
      const key = keyFrom(() => createPrivateKey({ key: pem.text, passphrase: password ?? '' }));
      return key ?? fail(wrongPassword(password, names));
    }
    case 'PUBLIC KEY':
    case 'CERTIFICATE':
      throw wrongKey(`${names.key} is a public key: images are signed with the private one`);
    default:
      if (!COSIGN_LABELS.includes(pem.label)) throw otherForm(`\`${pem.label}\``, names);
      return cosignKeyIn(pem.bytes, password, names);
  }
}

function cosignKeyIn(content: Buffer, password: string | undefined, names: KeyNames): KeyObject {
  const decrypted = decryptCosignKey(content, password ?? '');
  switch (decrypted.kind) {
    case 'opened': {
      const { pkcs8 } = decrypted;
      return keyFrom(() => createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })) ?? fail(damaged(names));
    }
    case 'wrong-password':
      throw wrongPassword(password, names);
    case 'damaged':
      throw damaged(names);
  }
}

/** What node:crypto says of a key that it cannot read is about OpenSSL, not about what to do. */
function keyFrom(read: () => KeyObject): KeyObject | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function fail(error: Error): never {
  throw error;
}

function otherForm(found: string, { key }: KeyNames): DiagnosticError {
  return wrongKey(
    `${key} is ${found}, not a private key in PKCS#8 or of cosign`,
    'a key in another form becomes PKCS#8 by `openssl pkcs8 -topk8`; a new pair is made by `npx nx g @immutablue/nx:signing`',
  );
}

function damaged({ key }: KeyNames): DiagnosticError {
  return wrongKey(`the private key in ${key} is damaged`, 'is it whole, with its first and last line?');
}

function wrongKey(message: string, hint?: string): DiagnosticError {
  const diagnostic: Diagnostic = { code: 'signing/wrong-key', message };
  return new DiagnosticError(hint === undefined ? diagnostic : { ...diagnostic, hint });
}

function wrongPassword(password: string | undefined, names: KeyNames): DiagnosticError {
  return new DiagnosticError({
    code: 'signing/wrong-password',
    message:
      password === undefined
        ? `the key in ${names.key} is encrypted, and there is no password for it`
        : `the key in ${names.key} is not opened by the password in ${names.password}`,
    hint: `set ${names.password} to the password that it was encrypted with`,
  });
}
