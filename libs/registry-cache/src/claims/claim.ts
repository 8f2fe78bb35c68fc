import { randomUUID } from 'node:crypto';
import type { Digest } from '@immutablue/oci';
import type { BuildKey } from '@immutablue/plan';
import { IMAGE_MANIFEST, sourceOfBytes, toManifest, type Manifest } from '@immutablue/registry';
import * as z from 'zod';

/** A claim is a manifest of this type: https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md#guidelines-for-artifact-usage */
const CLAIM = 'application/vnd.immutablue.cache-claim.v1';
const CLAIM_ID = 'io.immutablue.claim';
const CLAIM_BEAT = 'io.immutablue.claim-beat';

/** What manifests have that need no blob: https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md#guidance-for-an-empty-descriptor */
export const EMPTY_BLOB = sourceOfBytes(Buffer.from('{}'));
const EMPTY = { mediaType: 'application/vnd.oci.empty.v1+json', digest: EMPTY_BLOB.digest, size: EMPTY_BLOB.size };

/** The task that claims: drawn for each, so that no two have the same. */
export type ClaimId = z.output<typeof idSchema>;
const idSchema = z.uuid().brand<'ClaimId'>();

/** A claim is renewed by turning from one manifest to the other: where nothing can be removed it leaves no more than these. */
export type Beat = '0' | '1';

const claimSchema = z.object({
  artifactType: z.literal(CLAIM),
  annotations: z.object({ [CLAIM_ID]: idSchema, [CLAIM_BEAT]: z.enum(['0', '1']) }),
});

export function newClaimId(): ClaimId {
  return idSchema.parse(randomUUID());
}

/** The tag under which the building of a key is claimed. Pure. */
export function claimTag(key: BuildKey): string {
  return `claim-${key}`;
}

/** A claim as it is put under its tag. Pure. */
export function writeClaim(id: ClaimId, beat: Beat): Manifest {
  return manifestOf({ [CLAIM_ID]: id, [CLAIM_BEAT]: beat });
}

/** What stands in place of a claim that has ended, where a registry removes nothing. Pure. */
export const ENDED_CLAIM = manifestOf({});

function manifestOf(annotations: Readonly<Record<string, string>>): Manifest {
  const manifest = {
    schemaVersion: 2,
    mediaType: IMAGE_MANIFEST,
    artifactType: CLAIM,
    config: EMPTY,
    layers: [EMPTY],
    annotations,
  };
  return toManifest(Buffer.from(JSON.stringify(manifest)), IMAGE_MANIFEST);
}

/** Who claims by a manifest; undefined when it is none, or one that has ended. Pure. */
export function readClaim(bytes: Buffer): ClaimId | undefined {
  try {
    const parsed = claimSchema.safeParse(JSON.parse(bytes.toString()));
    return parsed.success ? parsed.data.annotations[CLAIM_ID] : undefined;
  } catch {
    return undefined;
  }
}

/** A claim of another task: which manifest it was, and since when, by the clock of the task that looks. */
export interface Sighting {
  readonly digest: Digest;
  readonly since: number;
}

/** What a claim means for a task that wants to build the same. */
export type ClaimState =
  /** There is none, or it has ended. */
  | { readonly kind: 'free' }
  /** Another task may be at work: the claim is new to this one, was renewed, or was not looked at for long enough to tell. */
  | { readonly kind: 'held'; readonly sighting: Sighting }
  /** Another task had it, and does not renew it. */
  | { readonly kind: 'abandoned' };

/**
 * What a claim means that is looked at again and again. Only a change counts, by the clock of this machine: what the clocks of others say
 * counts nowhere. Pure.
 *
 * @param found what stands under its tag.
 * @param before what stood there when it was last looked at.
 * @param now in milliseconds, by the same clock as in `before`.
 * @param silenceMs for how long a claim may stand still.
 */
export function judgeClaim(
  found: Pick<Manifest, 'bytes' | 'digest'> | undefined,
  before: Sighting | undefined,
  now: number,
  silenceMs: number,
): ClaimState {
  if (found === undefined || readClaim(found.bytes) === undefined) return { kind: 'free' };
  if (before?.digest !== found.digest) return { kind: 'held', sighting: { digest: found.digest, since: now } };
  return now - before.since < silenceMs ? { kind: 'held', sighting: before } : { kind: 'abandoned' };
}
