import { toDigest, type Digest } from '@immutablue/oci';
import {
  attachedTag,
  configOf,
  contentOf,
  manifestOf,
  NOTHING_ATTACHED,
  readManifest,
  SIGNATURE,
  type AttachedLayer,
  type Content,
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

/** What is to be pushed so that an image is attested. */
export type Attesting =
  /** The key has signed this statement before: nothing is to be pushed. */
  | { readonly kind: 'attested-already' }
  | {
      readonly kind: 'attested';
      readonly tag: string;
      /** To be pushed before the manifest. */
      readonly blobs: readonly Content[];
      /** Its `subject` is the image: to be pushed as a referrer of {@link ENVELOPE_TYPE}, and under the tag. */
      readonly manifest: Content;
      readonly artifactType: string;
    };

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
 * @throws {DiagnosticError} `signing/wrong-manifest` when `existing` is something else.
 */
export function attestImage(subject: Subject, statement: Statement, key: SigningKey, existing?: Attachment): Attesting {
  const bytes = statementBytes(statement);
  const isAttested = [...(existing?.blobs.values() ?? [])].some((envelope) => {
    const opened = openStatement(envelope, key.publicKey);
    return opened.kind === 'opened' && opened.statement.equals(bytes);
  });
  if (isAttested) return { kind: 'attested-already' };
  const before = existing === undefined ? NOTHING_ATTACHED : readManifest(existing.manifest, 'attestations');
  const envelope = contentOf(ENVELOPE_TYPE, sealStatement(bytes, key));
  const layers = [...before.layers, layerOf(envelope)];
  const config = configOf(layers);
  const { mediaType, digest, size } = subject;
  return {
    kind: 'attested',
    tag: attestationTag(digest),
    blobs: [envelope, config],
    manifest: manifestOf(
      { ...before, artifactType: ENVELOPE_TYPE, subject: { mediaType, digest, size } },
      layers,
      config,
    ),
    artifactType: ENVELOPE_TYPE,
  };
}

/** cosign reads no layer without the annotation of signatures, although an envelope has its own. */
function layerOf({ mediaType, digest, bytes }: Content): AttachedLayer {
  return {
    mediaType,
    digest,
    size: bytes.length,
    annotations: { [SIGNATURE]: '', predicateType: PREDICATE_TYPE },
  };
}
