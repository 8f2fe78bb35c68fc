import { createHash, createPublicKey } from 'node:crypto';
import type { PublicKey } from '@immutablue/signing';

/** What tells a key from others: the SHA-256 of its SubjectPublicKeyInfo, in hexadecimal digits. */
export function fingerprint({ pem }: PublicKey): string {
  const spki = createPublicKey(pem).export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(spki).digest('hex');
}
