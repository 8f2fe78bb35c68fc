import { findImage, stackLayers, toDigest, toImageId, type ImageDetails, type ImageId } from '@immutablue/oci';
import { findConflict, type Conflict } from '../reuse/conflict';
import type { BuildKey, Segment } from '../reuse/key';
import { union, type Reads } from '../reuse/reads';
import { layersOf, tryChangesBetween } from './parent-changes';
import { readBuildRecord, touchBuildRecord, writeBuildRecord, type BuildRecord } from './records';

/** Why a part of a build has to run. */
export type Obstacle =
  /** Something that it is made from is another one than in any build that is known. */
  | { readonly kind: 'new' }
  /** It was built, and its image is not in the store any more. */
  | { readonly kind: 'gone' }
  /** The parent has changed where it matters. */
  | { readonly kind: 'conflict'; readonly conflict: Conflict }
  /** It was asked for. */
  | { readonly kind: 'asked' }
  /** What the repositories offer is not known beforehand. */
  | { readonly kind: 'repositories' };

/** What there is of a part of a build. `moved`: it was built on another parent, and is right on this one, too. */
export type Available =
  | { readonly kind: 'same' | 'moved'; readonly record: BuildRecord }
  | { readonly kind: 'none'; readonly obstacle: Obstacle };

export interface ReuseQuery {
  readonly workspaceRoot: string;
  readonly key: BuildKey;
  readonly parent: Pick<ImageDetails, 'id' | 'layers'>;
  readonly reads: Reads;
}

/** Looks whether what was built under a key can stand on this parent. */
export async function findReusable(query: ReuseQuery): Promise<Available> {
  const record = await readBuildRecord(query.workspaceRoot, query.key);
  if (record === undefined) return none({ kind: 'new' });
  if ((await findImage(record.imageId)) === undefined) return none({ kind: 'gone' });
  if (record.parent.imageId === query.parent.id) return { kind: 'same', record };
  const conflict = await conflictOf(query, record);
  if (conflict === 'unknown') return none({ kind: 'gone' });
  return conflict === undefined ? { kind: 'moved', record } : none({ kind: 'conflict', conflict });
}

function none(obstacle: Obstacle): Available {
  return { kind: 'none', obstacle };
}

async function conflictOf(query: ReuseQuery, record: BuildRecord): Promise<Conflict | undefined | 'unknown'> {
  const changes = await tryChangesBetween(record.parent.layers.map(toDigest), query.parent.layers);
  if (changes === undefined) return 'unknown';
  return findConflict(changes, query.reads, await layersOf(record.ownLayers.map(toDigest)));
}

/** All that an image, its checkpoint included, has read of its parent. */
export function readsOfSegments(segments: readonly Segment[]): Reads {
  return segments.map(({ reads }) => reads).reduce(union);
}

/** The image of what is available, on this parent. */
export async function placeOn(
  parent: ImageDetails,
  available: Exclude<Available, { kind: 'none' }>,
  where: { readonly workspaceRoot: string; readonly key: BuildKey; readonly signal: AbortSignal },
): Promise<ImageId> {
  const { record } = available;
  if (available.kind === 'same') {
    await touchBuildRecord(where.workspaceRoot, where.key);
    return toImageId(record.imageId);
  }
  const imageId = await stackLayers(
    {
      parent: parent.id,
      image: toImageId(record.imageId),
      ownLayers: record.ownLayers.map(toDigest),
      labels: { 'org.opencontainers.image.base.digest': parent.digest },
    },
    { signal: where.signal },
  );
  await writeBuildRecord(where.workspaceRoot, where.key, {
    ...record,
    imageId,
    parent: { imageId: parent.id, layers: [...parent.layers] },
  });
  return imageId;
}
