import type { KeyObject } from 'node:crypto';

/** The curves that hosts know, by OpenSSL's names for P-256, P-384 and P-521. */
const CURVES: readonly (string | undefined)[] = ['prime256v1', 'secp384r1', 'secp521r1'];

/** Hosts refuse shorter ones. */
const RSA_BITS = 2048;

/** How a key signs: what is hashed before, for `sign` and `verify` of node:crypto. */
export interface Algorithm {
  readonly hash: 'sha256' | null;
}

/**
 * How a key signs for hosts; undefined for a key whose signatures they cannot check.
 * https://github.com/containers/image/blob/main/signature/internal/sigstore_payload.go, `VerifySigstorePayload`
 */
export function algorithmOf({ asymmetricKeyType, asymmetricKeyDetails = {} }: KeyObject): Algorithm | undefined {
  const { namedCurve, modulusLength = 0 } = asymmetricKeyDetails;
  if (asymmetricKeyType === 'ec' && CURVES.includes(namedCurve)) return { hash: 'sha256' };
  if (asymmetricKeyType === 'rsa' && modulusLength >= RSA_BITS) return { hash: 'sha256' };
  if (asymmetricKeyType === 'ed25519') return { hash: null };
  return undefined;
}

/** What {@link algorithmOf} knows, in words. */
export const ALGORITHMS = 'ECDSA on P-256, P-384 or P-521, RSA of at least 2048 bits, or Ed25519';

/** The kind of a key in words. */
export function describeAlgorithm({ asymmetricKeyType, asymmetricKeyDetails = {} }: KeyObject): string {
  const { namedCurve, modulusLength } = asymmetricKeyDetails;
  return [asymmetricKeyType, namedCurve, modulusLength === undefined ? undefined : `${modulusLength} bits`]
    .filter((word) => word !== undefined)
    .join(', ');
}
