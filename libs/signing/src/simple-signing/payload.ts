import { parseReference, type Digest } from '@immutablue/oci';
import * as z from 'zod';

/** What is signed: an image by its digest, in the repository where hosts pull it. */
export interface SignedImage {
  readonly registry: string;
  readonly repository: string;
  readonly digest: Digest;
}

const TYPE = 'cosign container image signature';

/** Hosts refuse a payload with other fields, but for `optional`, which may hold any. */
const payloadSchema = z.strictObject({
  critical: z.strictObject({
    identity: z.strictObject({ 'docker-reference': z.string() }),
    image: z.strictObject({ 'docker-manifest-digest': z.string() }),
    type: z.literal(TYPE),
  }),
  optional: z.record(z.string(), z.unknown()).nullable(),
});

/**
 * The bytes that a signature of an image is over: the same for the same image, whenever it is signed. They name the repository
 * and no tag, as those of cosign do: tags move.
 * https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md
 */
export function payloadOf({ registry, repository, digest }: SignedImage): Buffer {
  const payload: z.input<typeof payloadSchema> = {
    critical: {
      identity: { 'docker-reference': `${registry}/${repository}` },
      image: { 'docker-manifest-digest': digest },
      type: TYPE,
    },
    optional: null,
  };
  return Buffer.from(JSON.stringify(payload));
}

/** What a payload is about. */
export type Claim =
  { readonly kind: 'image'; readonly reference: string; readonly digest: string } | { readonly kind: 'unreadable' };

/** Reads the payload of a signature from a registry. */
export function readPayload(bytes: Uint8Array): Claim {
  const parsed = payloadSchema.safeParse(parseJson(bytes));
  if (!parsed.success) return { kind: 'unreadable' };
  const { identity, image } = parsed.data.critical;
  return { kind: 'image', reference: identity['docker-reference'], digest: image['docker-manifest-digest'] };
}

/**
 * Whether a signature's `docker-reference` is of an image's repository, whatever its tag: `matchRepository` of
 * containers-policy.json(5). Names without a registry, which hosts take for Docker Hub's, match nothing here.
 */
export function matchesRepository(
  reference: string,
  { registry, repository }: Pick<SignedImage, 'registry' | 'repository'>,
): boolean {
  const signed = parseReference(reference);
  return signed?.registry === registry && signed.repository === repository;
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString());
  } catch {
    return undefined;
  }
}
