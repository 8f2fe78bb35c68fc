import type { Digest } from '@immutablue/oci';
import type { PublicKey, SigningKey } from '@immutablue/signing';
import * as z from 'zod';
import { fingerprint } from '../fingerprint';
import { openStatement, parseJson, sealStatement } from './envelope';

/** Of a bundle, as JSON: https://github.com/sigstore/protobuf-specs/blob/v0.4.3/protos/sigstore_bundle.proto */
export const BUNDLE_TYPE = 'application/vnd.dev.sigstore.bundle.v0.3+json';

/** What cosign signs of an image since version 3: https://github.com/sigstore/cosign/blob/main/specs/BUNDLE_SPEC.md */
const SIGN_PREDICATE = 'https://sigstore.dev/cosign/sign/v1';

/** A statement in a bundle: all that it takes to check it, but the key. */
export interface Bundle {
  readonly predicateType: string;
  readonly bytes: Buffer;
}

/** The statement that an image is signed, and nothing else. Pure. */
export function signatureStatement(digest: Digest): Buffer {
  const sha256 = digest.slice('sha256:'.length);
  const statement = {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ digest: { sha256 } }],
    predicateType: SIGN_PREDICATE,
    predicate: {},
  };
  return Buffer.from(JSON.stringify(statement));
}

const bundleSchema = z.object({ dsseEnvelope: z.unknown() });

/** Signs a statement and puts it into a bundle, without an entry of a transparency log: the key is all there is to trust. */
export function sealBundle(statement: Buffer, key: SigningKey): Bundle {
  const content = {
    mediaType: BUNDLE_TYPE,
    verificationMaterial: { publicKey: { hint: hintOf(key.publicKey) } },
    dsseEnvelope: parseJson(sealStatement(statement, key)),
  };
  const { predicateType } = z.object({ predicateType: z.string() }).parse(parseJson(statement));
  return { predicateType, bytes: Buffer.from(JSON.stringify(content)) };
}

/** What a bundle of a registry states; undefined when it is none, or not by the key. */
export function statementIn(bundle: Uint8Array, key: PublicKey): Buffer | undefined {
  const parsed = bundleSchema.safeParse(parseJson(bundle));
  if (!parsed.success) return undefined;
  const opened = openStatement(Buffer.from(JSON.stringify(parsed.data.dsseEnvelope ?? null)), key);
  return opened.kind === 'opened' ? opened.statement : undefined;
}

/** By what cosign tells keys from each other: the fingerprint in base64. */
function hintOf(key: PublicKey): string {
  return Buffer.from(fingerprint(key), 'hex').toString('base64');
}
