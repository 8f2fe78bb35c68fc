import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import { DiagnosticError, type SourceLocation } from '@immutablue/diagnostics';
import { ALGORITHMS, algorithmOf, describeAlgorithm, type Algorithm } from './algorithm';
import { parsePem } from './pem';

/** The key by which hosts check signatures. */
export interface PublicKey {
  /** SubjectPublicKeyInfo in PEM, as hosts read it. */
  readonly pem: string;
  /** Whether it was the private key that belongs to this one which signed. */
  readonly verifies: (payload: Uint8Array, signature: Uint8Array) => boolean;
}

/**
 * Reads a public key.
 *
 * @param file where the text is from, for messages.
 * @throws {DiagnosticError} `signing/wrong-key` when it is none, or one by which hosts cannot check signatures.
 */
export function parsePublicKey(text: string, file: string): PublicKey {
  const location: SourceLocation = { file, line: 1, column: 1 };
  const pem = parsePem(text);
  if (pem?.label.endsWith('PRIVATE KEY') === true) {
    throw new DiagnosticError({
      code: 'signing/wrong-key',
      message: 'this is a private key: everyone who has the workspace or an image could sign with it',
      location,
      hint: 'take it out of the workspace and its history, and make another pair: `npx nx g @immutablue/nx:signing`',
    });
  }
  const key = pem?.label === 'PUBLIC KEY' ? keyIn(pem.text) : undefined;
  const algorithm = key === undefined ? undefined : algorithmOf(key);
  if (key === undefined || algorithm === undefined) {
    throw new DiagnosticError({
      code: 'signing/wrong-key',
      message:
        key === undefined
          ? 'this is no public key in PEM'
          : `hosts cannot check signatures by a key of this kind (${describeAlgorithm(key)})`,
      location,
      hint: `it begins with \`-----BEGIN PUBLIC KEY-----\`, and is for ${ALGORITHMS}`,
    });
  }
  return publicKeyOf(key, algorithm);
}

/** A key of node:crypto as one of this library. */
export function publicKeyOf(key: KeyObject, { hash }: Algorithm): PublicKey {
  return {
    pem: key.export({ type: 'spki', format: 'pem' }).toString(),
    verifies: (payload, signature) => verify(hash, payload, key, signature),
  };
}

function keyIn(pem: string): KeyObject | undefined {
  try {
    return createPublicKey(pem);
  } catch {
    return undefined;
  }
}
