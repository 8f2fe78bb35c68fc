import { DiagnosticError } from '@immutablue/diagnostics';
import { toDigest, type Digest } from '@immutablue/oci';
import type { PublicKey } from '../key/public-key';
import { contentOf, readManifest } from '../attached/manifest';
import { refusalWords, verdictNotes, type Refusal } from '../attached/verdict';
import { PAYLOAD_TYPE, signatureIn } from './layer';
import { matchesRepository, readPayload, type SignedImage } from './payload';
import { signatureTag } from './sign';

/** What a host makes of one signature. */
export type SignatureVerdict =
  | { readonly kind: 'accepted' }
  | Refusal
  | { readonly kind: 'of-another-repository'; readonly reference: string }
  /** Signed by the key, but nothing that hosts understand. */
  | { readonly kind: 'unreadable' };

/** Hosts read no more of a payload. */
const MAXIMUM_BYTES = 4 * 1024 * 1024;

/**
 * The blobs that are needed to check the signatures in a manifest, by their digests; what is too large for hosts is not among them.
 *
 * @throws {DiagnosticError} `signing/wrong-manifest`.
 */
export function payloadDigests(manifest: Uint8Array): readonly Digest[] {
  const layers = readManifest(manifest, 'signatures').layers.filter(
    (layer) => signatureIn(layer) !== undefined && layer.size <= MAXIMUM_BYTES,
  );
  return [...new Set(layers.map((layer) => toDigest(layer.digest)))];
}

/**
 * Checks the signatures of an image as a host does whose policy is `sigstoreSigned` with `matchRepository`.
 * https://github.com/containers/image/blob/main/docs/containers-policy.json.5.md
 *
 * @param manifest the manifest under the image's signature tag.
 * @param payloads the blobs that {@link payloadDigests} names.
 * @returns a verdict for each signature; hosts take the image when one is accepted.
 * @throws {DiagnosticError} `signing/wrong-manifest`.
 */
export function judgeSignatures(
  image: SignedImage,
  key: PublicKey,
  manifest: Uint8Array,
  payloads: ReadonlyMap<Digest, Buffer>,
): readonly SignatureVerdict[] {
  return readManifest(manifest, 'signatures').layers.flatMap((layer): SignatureVerdict[] => {
    const signature = signatureIn(layer);
    if (signature === undefined) return [];
    const digest = toDigest(layer.digest);
    const payload = payloads.get(digest);
    if (payload === undefined || contentOf(PAYLOAD_TYPE, payload).digest !== digest) return [{ kind: 'wrong-content' }];
    return [key.verifies(payload, signature) ? judgeClaim(image, payload) : { kind: 'not-of-this-key' }];
  });
}

function judgeClaim(image: SignedImage, payload: Buffer): SignatureVerdict {
  const claim = readPayload(payload);
  if (claim.kind === 'unreadable') return claim;
  if (claim.digest !== image.digest) return { kind: 'of-another-image', digest: claim.digest };
  return matchesRepository(claim.reference, image)
    ? { kind: 'accepted' }
    : { kind: 'of-another-repository', reference: claim.reference };
}

/** @throws {DiagnosticError} `signing/not-signed` unless a signature is accepted; it says what of each is wrong. */
export function requireSigned(image: SignedImage, verdicts: readonly SignatureVerdict[]): void {
  if (verdicts.some(({ kind }) => kind === 'accepted')) return;
  const { registry, repository, digest } = image;
  throw new DiagnosticError({
    code: 'signing/not-signed',
    message: `\`${registry}/${repository}@${digest}\` is not signed by the key: hosts that ask for its signature refuse the image`,
    notes: verdictNotes('signature', signatureTag(digest), verdicts.map(words)),
    hint: 'is the public key that of the private key that signs?',
  });
}

function words(verdict: SignatureVerdict): string {
  switch (verdict.kind) {
    case 'accepted':
      return 'accepted';
    case 'of-another-repository':
      return `of an image in another repository, \`${verdict.reference}\``;
    case 'unreadable':
      return 'of something that is no image';
    case 'not-of-this-key':
    case 'of-another-image':
    case 'wrong-content':
      return refusalWords(verdict);
  }
}
