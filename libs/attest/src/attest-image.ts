import { toDigest, type Digest } from '@immutablue/oci';
import {
  attach,
  attachedTag,
  contentOf,
  NOTHING_ATTACHED,
  readManifest,
  SIGNATURE,
  type Attaching,
  type SigningKey,
} from '@immutablue/signing';
import { ENVELOPE_TYPE, openStatement, sealStatement } from './dsse/envelope';
import { PREDICATE_TYPE, statementBytes, type Statement } from './provenance/statement';

/** The manifest of an image as a registry has it. */
export interface Subject {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly size: number;
}

/** What is attached to an image under a tag of its own: the manifest, and the blobs of it that are needed and there. */
export interface Attachment {
  readonly manifest: Uint8Array;
  readonly blobs: ReadonlyMap<Digest, Buffer>;
}

/** Its manifest's `subject` is the image: to be pushed as a referrer of this type, and under the tag. */
export interface Attesting extends Attaching {
  readonly artifactType: string;
}

/** Larger envelopes are none of ours. */
const MAXIMUM_BYTES = 64 * 1024 * 1024;

/** The tag under which cosign looks for the attestations of an image, in its own repository. */
export function attestationTag(digest: Digest): string {
  return attachedTag(digest, 'attestations');
}

/** The provenances among what a manifest of attestations names. @throws {DiagnosticError} `signing/wrong-manifest`. */
export function envelopesIn(manifest: Uint8Array): readonly { readonly digest: Digest; readonly size: number }[] {
  return readManifest(manifest, 'attestations')
    .layers.filter(
      ({ mediaType, size, annotations }) =>
        mediaType === ENVELOPE_TYPE && size <= MAXIMUM_BYTES && annotations?.['predicateType'] === PREDICATE_TYPE,
    )
    .map(({ digest, size }) => ({ digest: toDigest(digest), size }));
}

/**
 * Signs the provenance of an image, in the form of cosign: an envelope in a manifest of its own, which refers to the image too.
 * https://github.com/sigstore/cosign/blob/main/specs/ATTESTATION_SPEC.md
 *
 * @param existing the attestations that the registry has, as `pullAttestations` gives them: they stay.
 * @returns undefined when the key has signed this statement before.
 * @throws {DiagnosticError} `signing/wrong-manifest` when `existing` is something else.
 */
export function attestImage(
  { mediaType, digest, size }: Subject,
  statement: Statement,
  key: SigningKey,
  existing?: Attachment,
): Attesting | undefined {
  const bytes = statementBytes(statement);
  const isAttested = [...(existing?.blobs.values() ?? [])].some((envelope) => {
    const opened = openStatement(envelope, key.publicKey);
    return opened.kind === 'opened' && opened.statement.equals(bytes);
  });
  if (isAttested) return undefined;
  const before = existing === undefined ? NOTHING_ATTACHED : readManifest(existing.manifest, 'attestations');
  const envelope = contentOf(ENVELOPE_TYPE, sealStatement(bytes, key));
  const manifest = { ...before, artifactType: ENVELOPE_TYPE, subject: { mediaType, digest, size } };
  // cosign reads no layer without the annotation of signatures, although an envelope has its own.
  const annotations = { [SIGNATURE]: '', predicateType: PREDICATE_TYPE };
  return { ...attach(digest, 'attestations', manifest, envelope, annotations), artifactType: ENVELOPE_TYPE };
}
