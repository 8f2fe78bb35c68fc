import { randomBytes, scryptSync } from 'node:crypto';
import nacl from 'tweetnacl';
import * as z from 'zod';
import { formatPem } from './pem';

/** The labels of keys that cosign has encrypted: today's, and that of cosign 1. */
export const COSIGN_LABELS: readonly string[] = ['ENCRYPTED SIGSTORE PRIVATE KEY', 'ENCRYPTED COSIGN PRIVATE KEY'];

const [LABEL = ''] = COSIGN_LABELS;

const bytes = z.base64().transform((text) => Buffer.from(text, 'base64'));

/** Only these: what a file asks for could take any time and memory. */
const parameters = z.strictObject({
  N: z.union([z.literal(32_768), z.literal(65_536), z.literal(131_072)]),
  r: z.literal(8),
  p: z.literal(1),
});

type Parameters = z.output<typeof parameters>;

/** https://github.com/secure-systems-lab/go-securesystemslib/blob/main/encrypted/encrypted.go */
const boxSchema = z.object({
  kdf: z.object({ name: z.literal('scrypt'), params: parameters, salt: bytes }),
  cipher: z.object({
    name: z.literal('nacl/secretbox'),
    nonce: bytes.refine(({ length }) => length === nacl.secretbox.nonceLength),
  }),
  ciphertext: bytes,
});

/** What an encrypted key holds. */
export type Decrypted =
  /** PKCS#8, in DER. */
  | { readonly kind: 'opened'; readonly pkcs8: Buffer }
  | { readonly kind: 'wrong-password' }
  | { readonly kind: 'damaged' };

/** Opens a key that cosign has encrypted: the content of its PEM block is JSON. Pure. */
export function decryptCosignKey(content: Buffer, password: string): Decrypted {
  const box = boxSchema.safeParse(parseJson(content));
  if (!box.success) return { kind: 'damaged' };
  const { kdf, cipher, ciphertext } = box.data;
  const opened = nacl.secretbox.open(ciphertext, cipher.nonce, keyFor(password, kdf.salt, kdf.params));
  return opened === null ? { kind: 'wrong-password' } : { kind: 'opened', pkcs8: Buffer.from(opened) };
}

/** Encrypts PKCS#8, in DER, so that cosign and skopeo can open it as well. */
export function encryptCosignKey(pkcs8: Buffer, password: string): string {
  const params: Parameters = { N: 65_536, r: 8, p: 1 };
  const salt = randomBytes(32);
  const nonce = randomBytes(nacl.secretbox.nonceLength);
  const ciphertext = Buffer.from(nacl.secretbox(pkcs8, nonce, keyFor(password, salt, params)));
  const box = {
    kdf: { name: 'scrypt', params, salt: salt.toString('base64') },
    cipher: { name: 'nacl/secretbox', nonce: nonce.toString('base64') },
    ciphertext: ciphertext.toString('base64'),
  };
  return formatPem(LABEL, Buffer.from(JSON.stringify(box)));
}

function keyFor(password: string, salt: Buffer, { N, r, p }: Parameters): Buffer {
  // scrypt needs 128 × N × r bytes, and a little more.
  return scryptSync(password, salt, nacl.secretbox.keyLength, { N, r, p, maxmem: 129 * N * r });
}

function parseJson(content: Buffer): unknown {
  try {
    return JSON.parse(content.toString());
  } catch {
    return undefined;
  }
}
