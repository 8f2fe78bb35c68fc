import type { ImageDetails } from '@immutablue/oci';
import {
  asksRepositories,
  partsIn,
  union,
  type BuildPlan,
  type KeyedPrefix,
  type Keys,
  type Part,
  type Parts,
  type Reads,
} from '@immutablue/plan';
import type { Ledger } from '../ledger/ledger';
import { missed, type Asking, type CacheHit, type CacheLookup, type CacheMiss, type KeyQuery } from './cache-lookup';
import { lookupKey } from './lookup-key';
import type { Remote } from './remote-cache';
import { lookupRemotely } from './remote-lookup';

/** What the cache has of each part of a build. When it has the rest, the checkpoint does not matter. */
export interface BuildLookup {
  readonly checkpoint: CacheLookup;
  readonly rest: CacheLookup;
  /** Where the first part that has to run resumes, if not at its start. */
  readonly prefix?: PrefixHit;
}

/** A prefix of a part that the cache has. */
export interface PrefixHit {
  readonly prefix: KeyedPrefix;
  readonly hit: CacheHit;
}

export interface LookupRequest {
  readonly plan: BuildPlan;
  readonly ledger: Ledger;
  readonly keys: Keys;
  readonly parent: Pick<ImageDetails, 'id' | 'layers' | 'created'>;
  /** What the image gets beside the labels of its parent. */
  readonly labels: Readonly<Record<string, string>>;
  /** Whether an image that was built under the same key may stand for this build. */
  readonly reuse: 'by-key' | 'never';
  /** Where to look for what this machine has not built. */
  readonly remote?: Remote | undefined;
}

/** Finds what of a build need not run. */
export async function lookup(request: LookupRequest): Promise<BuildLookup> {
  const { plan, ledger, keys, parent, labels, reuse, remote } = request;
  const { checkpoint, rest } = keys.parts;
  if (reuse === 'never') return missedAll({ kind: 'clean' });
  const isOpen = plan.packages.kind !== 'fixed';
  if (isOpen && checkpoint !== undefined && asksRepositories(checkpoint))
    return missedAll({ kind: 'open-repositories' });

  const asked: Asking | undefined = remote && { remote, variant: plan.variant };
  const query = { ledger, parent, asking: asked && ofUse(asked) };
  const found =
    isOpen && asksRepositories(rest)
      ? missed({ kind: 'open-repositories' })
      : await lookupAnywhere({
          ...{ ledger, parent, key: keys.rest, reads: readsOfParts(partsIn(keys.parts)) },
          asking: asked && { ...asked, reference: plan.reference, labels },
        });
  if (found.kind !== 'miss') return { checkpoint: found, rest: found };
  const kept =
    checkpoint === undefined || keys.checkpoint === undefined
      ? found
      : await lookupAnywhere({ ...query, key: keys.checkpoint, reads: checkpoint.reads });
  const prefix = isOpen ? undefined : await findPrefixHit(query, keys, kept);
  return { checkpoint: kept, rest: found, ...(prefix === undefined ? {} : { prefix }) };
}

/** What a build goes on from has to be in the store. */
function ofUse(asking: Asking): Asking {
  const { remote } = asking;
  return remote.hits === 'deferred' ? { ...asking, remote: { ...remote, hits: 'fetched' } } : asking;
}

/** In the store first. Of several misses the one counts that says more. */
export async function lookupAnywhere(query: KeyQuery): Promise<CacheLookup> {
  const own = await lookupKey(query);
  if (own.kind !== 'miss' || query.asking === undefined) return own;
  const found = await lookupRemotely(query, query.asking);
  if (found === undefined) return own;
  return found.kind === 'miss' && own.miss.kind !== 'new' ? own : found;
}

/** The longest prefix that the cache has of the first part that it has not. */
async function findPrefixHit(
  query: Pick<KeyQuery, 'ledger' | 'parent' | 'asking'>,
  { parts, prefixes }: Keys,
  kept: CacheLookup,
): Promise<PrefixHit | undefined> {
  const { checkpoint, rest } = parts;
  const first = checkpoint !== undefined && kept.kind === 'miss' ? checkpoint : rest;
  for (const prefix of prefixes.filter(({ part }) => part.kind === first.kind)) {
    const hit = await lookupKey({ ...query, key: prefix.key, reads: readsOfPrefix(parts, prefix.part) });
    if (hit.kind !== 'miss') return { prefix, hit };
  }
  return undefined;
}

/** What a prefix, and the part before it, have read of the parent. */
export function readsOfPrefix({ checkpoint }: Parts, prefix: Part): Reads {
  return readsOfParts(prefix.kind === 'rest' && checkpoint !== undefined ? [checkpoint, prefix] : [prefix]);
}

/** All that an image, its checkpoint included, has read of its parent. */
export function readsOfParts(parts: readonly Part[]): Reads {
  return parts.map(({ reads }) => reads).reduce(union);
}

/** A lookup that finds nothing. */
export function missedAll(miss: CacheMiss): BuildLookup {
  return { checkpoint: missed(miss), rest: missed(miss) };
}
