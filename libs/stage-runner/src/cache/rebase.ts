import { findImage, assembleImage, toDigest, toImageId, type ImageDetails, type ImageId } from '@immutablue/oci';
import { findConflict, type Conflict } from './conflict';
import { type BuildKey, type Part, union, type Reads } from '@immutablue/plan';
import { recordOwnImage } from '../ledger/own-images';
import { layersOf, tryChangesBetween } from './parent-changes';
import { readBuildRecord, touchBuildRecord, writeBuildRecord, type BuildRecord } from '../ledger/cache-entries';

/** Why a part of a build has to run. */
export type CacheMiss =
  /** Something that it is made from is another one than in any build that is known. */
  | { readonly kind: 'new' }
  /** It was built, and its image is not in the store any more. */
  | { readonly kind: 'gone' }
  /** The parent has changed where it matters. */
  | { readonly kind: 'conflict'; readonly conflict: Conflict }
  /** The parent is about to be another image, and nobody knows yet where it will differ. */
  | { readonly kind: 'parent' }
  /** It was asked for. */
  | { readonly kind: 'asked' }
  /** What the repositories offer is not known beforehand. */
  | { readonly kind: 'repositories' };

/** What there is of a part of a build. `moved`: it was built on another parent, and is right on this one, too. */
export type CacheLookup =
  | { readonly kind: 'same' | 'moved'; readonly record: BuildRecord }
  | { readonly kind: 'none'; readonly obstacle: CacheMiss };

export interface KeyQuery {
  readonly workspaceRoot: string;
  readonly key: BuildKey;
  readonly parent: Pick<ImageDetails, 'id' | 'layers'>;
  readonly reads: Reads;
}

/** Looks whether what was built under a key can stand on this parent. */
export async function lookupKey(query: KeyQuery): Promise<CacheLookup> {
  const record = await readBuildRecord(query.workspaceRoot, query.key);
  if (record === undefined) return none({ kind: 'new' });
  if ((await findImage(record.imageId)) === undefined) return none({ kind: 'gone' });
  if (record.parent.imageId === query.parent.id) return { kind: 'same', record };
  const conflict = await conflictOf(query, record);
  if (conflict === 'unknown') return none({ kind: 'gone' });
  return conflict === undefined ? { kind: 'moved', record } : none({ kind: 'conflict', conflict });
}

function none(obstacle: CacheMiss): CacheLookup {
  return { kind: 'none', obstacle };
}

async function conflictOf(query: KeyQuery, record: BuildRecord): Promise<Conflict | undefined | 'unknown'> {
  const changes = await tryChangesBetween(record.parent.layers.map(toDigest), query.parent.layers);
  if (changes === undefined) return 'unknown';
  return findConflict(changes, query.reads, await layersOf(record.ownLayers.map(toDigest)));
}

/** All that an image, its checkpoint included, has read of its parent. */
export function readsOfParts(segments: readonly Part[]): Reads {
  return segments.map(({ reads }) => reads).reduce(union);
}

/**
 * The image of what is available, on this parent. It has the parent's configuration, as if it had been built there.
 *
 * @param where.labels what a build of it sets beside the labels of its parent.
 */
export async function rebaseOnto(
  parent: ImageDetails,
  available: Exclude<CacheLookup, { kind: 'none' }>,
  where: {
    readonly workspaceRoot: string;
    readonly key: BuildKey;
    readonly labels: Readonly<Record<string, string>>;
    readonly signal: AbortSignal;
  },
): Promise<ImageId> {
  const { record } = available;
  if (available.kind === 'same') {
    await touchBuildRecord(where.workspaceRoot, where.key);
    return toImageId(record.imageId);
  }
  const imageId = await assembleImage(
    {
      parent: parent.id,
      image: toImageId(record.imageId),
      ownLayers: record.ownLayers.map(toDigest),
      configuration: 'of-parent',
      labels: where.labels,
    },
    { signal: where.signal },
  );
  await recordOwnImage(where.workspaceRoot, imageId, { variant: record.variant, parentLayers: parent.layers.length });
  await writeBuildRecord(where.workspaceRoot, where.key, {
    ...record,
    imageId,
    parent: { imageId: parent.id, layers: [...parent.layers] },
  });
  return imageId;
}
