import type { Digest, ImageContent, Layer, LayerFile } from '@immutablue/oci';
import type { BuildKey } from '@immutablue/plan';
import type { Result } from '../ledger/entry';

/** What another machine has built under a key. It is checked: who implements {@link RemoteCache} says whom it trusts. */
export interface RemoteEntry {
  readonly result: Result;
  /** The image that `result` names. */
  readonly image: ImageContent;
  /** Those of the image's layers that can be fetched, with how large they are then, in bytes. */
  readonly layers: ReadonlyMap<Digest, number>;
  /** Those of which can be had what they hold. */
  readonly listed: readonly Digest[];
}

/**
 * Results of other machines, by the keys of the ledger. Nothing in it fails a build: what is not there, cannot be reached or must not
 * be used is no result, and the implementation says why.
 */
export interface RemoteCache {
  readonly find: (key: BuildKey) => AsyncIterable<RemoteEntry>;
  /** What layers hold, without fetching them; undefined when that of one cannot be had. */
  readonly contents: (entry: RemoteEntry, layers: readonly Digest[]) => Promise<readonly Layer[] | undefined>;
  /** Fetches layers as files of `directory`; undefined when one cannot be had. */
  readonly fetch: (
    entry: RemoteEntry,
    layers: readonly Digest[],
    directory: string,
  ) => Promise<ReadonlyMap<Digest, LayerFile> | undefined>;
  /** Lets others have what was built under a key, whose image is in the store. */
  readonly store: (key: BuildKey, result: Result) => Promise<void>;
  /** Lets others have what was built here at another time, unless they have a result under the key. */
  readonly offer: (key: BuildKey, result: Result) => Promise<'sent' | 'not-wanted'>;
  /** Claims that this task builds what was not found under a key, after waiting for another one that does. */
  readonly claim: (key: BuildKey, request: ClaimRequest) => Promise<Claim>;
}

export interface ClaimRequest {
  /** What is built under the key, for people. */
  readonly what: string;
  /** Looks again for what another machine may have built since. */
  readonly look: () => Promise<'found' | 'missed'>;
  /** Says for what and for how long this task waits. */
  readonly say: (message: string) => void;
}

/** What tells others that this task builds something. Nothing depends on it but whether they wait. */
export interface Claim {
  /** Called when the result is stored, or there will be none. */
  readonly end: () => Promise<void>;
}

/** Where to look for what this machine has not built. */
export interface Remote {
  readonly cache: RemoteCache;
  /**
   * What becomes of a hit. `judged`: only that it is one is wanted. `deferred`: its image is known from then on, and fetched when
   * something reads it. `fetched`: its image is in the store.
   */
  readonly hits: 'judged' | 'deferred' | 'fetched';
  readonly signal: AbortSignal;
  /** Says what is fetched. */
  readonly say: (message: string) => void;
}
