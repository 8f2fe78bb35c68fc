import { findImage, toDigest, type ImageDetails } from '@immutablue/oci';
import type { BuildKey, Reads } from '@immutablue/plan';
import type { Result } from '../ledger/entry';
import type { Ledger } from '../ledger/ledger';
import { findConflict, type Conflict } from './conflict';
import { layersOf, tryChangesBetween } from './parent-changes';

/** Why a part of a build has to run. */
export type CacheMiss =
  /** Something that it is made from is another one than in any build that is known. */
  | { readonly kind: 'new' }
  /** It was built, and its image is not in the store any more. */
  | { readonly kind: 'gone' }
  /** The parent has changed where it matters. */
  | { readonly kind: 'conflict'; readonly conflict: Conflict }
  /** The parent was made at another time, and files that builds write have that time. */
  | { readonly kind: 'parent-created' }
  /** The parent is about to be another image, and where it will differ is not known yet. */
  | { readonly kind: 'parent' }
  /** It was asked for. */
  | { readonly kind: 'clean' }
  /** What the repositories offer is not known beforehand. */
  | { readonly kind: 'open-repositories' };

/** What was built under a key. `rebased`: on another parent, and right on this one, too. */
export interface CacheHit {
  readonly kind: 'same' | 'rebased';
  readonly result: Result;
  /** Where it was found. */
  readonly source: 'store' | 'registry';
}

export type CacheLookup = CacheHit | { readonly kind: 'miss'; readonly miss: CacheMiss };

export interface KeyQuery {
  readonly ledger: Ledger;
  readonly key: BuildKey;
  readonly parent: Pick<ImageDetails, 'id' | 'layers' | 'created'>;
  readonly reads: Reads;
  /** The variant that is built. */
  readonly variant: string;
  /** The name that its image gets; undefined for what gets none. */
  readonly reference?: string | undefined;
  /** What its image gets beside the labels of its parent. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** Looks whether what this machine has built under a key can stand on this parent. */
export async function lookupKey(query: KeyQuery): Promise<CacheLookup> {
  const result = await query.ledger.read('results', query.key);
  if (result === undefined) return missed({ kind: 'new' });
  if ((await findImage(result.imageId)) === undefined) return missed({ kind: 'gone' });
  return judgeResult(result, query);
}

/** Whether a result can stand on this parent. */
export async function judgeResult(
  result: Result,
  { parent, reads }: Pick<KeyQuery, 'parent' | 'reads'>,
): Promise<CacheLookup> {
  if (result.parent.imageId === parent.id) return { kind: 'same', result, source: 'store' };
  const changes = await tryChangesBetween(result.parent.layers.map(toDigest), parent.layers);
  if (changes === undefined) return missed({ kind: 'gone' });
  const conflict = findConflict(changes, reads, await layersOf(result.ownLayers.map(toDigest)));
  if (conflict !== undefined) return missed({ kind: 'conflict', conflict });
  if (result.parent.created !== parent.created) return missed({ kind: 'parent-created' });
  return { kind: 'rebased', result, source: 'store' };
}

/** A miss as the result of a lookup. */
export function missed(miss: CacheMiss): CacheLookup {
  return { kind: 'miss', miss };
}
