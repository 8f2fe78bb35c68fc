import { assembleImage, toDigest, toImageId, type Digest, type ImageDetails, type ImageId } from '@immutablue/oci';
import type { BuildKey } from '@immutablue/plan';
import { parentEntry } from '../ledger/entry';
import type { Ledger } from '../ledger/ledger';
import type { CacheHit } from './cache-lookup';

/**
 * The image of a cache hit, on this parent. It has the parent's configuration, as if it had been built there.
 *
 * @param where.labels what a build of it sets beside the labels of its parent.
 */
export async function rebaseOnto(
  parent: ImageDetails,
  hit: CacheHit,
  where: {
    readonly ledger: Ledger;
    readonly key: BuildKey;
    readonly labels: Readonly<Record<string, string>>;
    readonly signal: AbortSignal;
  },
): Promise<ImageId> {
  const { ledger, key } = where;
  const { result } = hit;
  // What a registry has is known as it is on this parent.
  if (hit.kind === 'same' || hit.source === 'registry') {
    await ledger.touch('results', key);
    return toImageId(result.imageId);
  }
  const imageId = await imageOn(parent, {
    ...where,
    variant: result.variant,
    ownLayers: result.ownLayers.map(toDigest),
  });
  await ledger.write('results', key, {
    ...result,
    imageId,
    parent: parentEntry(parent),
  });
  return imageId;
}

/**
 * The image of a variant, from its own layers on this parent: the one way to make it, whether sub-stages ran for it or layers were
 * cached.
 */
export async function imageOn(
  parent: ImageDetails,
  made: {
    readonly variant: string;
    readonly ownLayers: readonly Digest[];
    readonly labels: Readonly<Record<string, string>>;
    readonly ledger: Ledger;
    readonly signal: AbortSignal;
  },
): Promise<ImageId> {
  const { variant, ownLayers, labels, ledger, signal } = made;
  const assembled = { parent: parent.id, ownLayers, createdBy: createdBy(variant), labels };
  const imageId = await assembleImage(assembled, { signal });
  await ledger.write('images', imageId, { variant, parentLayers: parent.layers.length });
  return imageId;
}

/** What the history of an image says of the layers of a variant. Pure. */
export function createdBy(variant: string): string {
  return `nx build ${variant}`;
}
