import type { ImageDetails } from '@immutablue/oci';
import type { BuildKey, Reads } from '@immutablue/plan';
import type { Result } from '../ledger/entry';
import type { Ledger } from '../ledger/ledger';
import type { Conflict } from './conflict';
import type { Remote } from './remote-cache';

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
  /** Who builds it, and where else to look. */
  readonly asking?: Asking | undefined;
}

/** What a registry is asked for. */
export interface Asking {
  readonly remote: Remote;
  /** The variant that is built. */
  readonly variant: string;
  /** The name that its image gets; undefined for what gets none. */
  readonly reference?: string;
  /** What its image gets beside the labels of its parent. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** A miss as the result of a lookup. */
export function missed(miss: CacheMiss): CacheLookup {
  return { kind: 'miss', miss };
}
