import { layerSizes, toDigest, toImageId } from '@immutablue/oci';
import type { BuildKey } from '@immutablue/plan';
import type { Result } from '../ledger/entry';
import { missed, type CacheLookup, type KeyQuery } from './cache-lookup';
import { findConflict } from './conflict';
import { isDeferred } from './deferred';
import { fetchDeferred, fetchingOf } from './fetch-deferred';
import { learnLayers, tryChangesBetween, tryLayersOf } from './parent-changes';
import type { RemoteCache, RemoteEntry } from './remote-cache';

/**
 * Whether a result can stand on this parent. What layers hold that the store has not is asked of the registry; where that does not say,
 * a deferred parent is fetched.
 *
 * @param entry where the result is from, if it is from a registry.
 */
export async function judgeResult(result: Result, query: KeyQuery, entry?: RemoteEntry): Promise<CacheLookup> {
  const { parent, ledger, asking } = query;
  const judged = await judgeByContents(result, query);
  if (!isUnknown(judged) || asking === undefined) return judged;
  await learnBelow(query, asking.remote.cache, entry);
  const again = await judgeByContents(result, query);
  const id = toImageId(parent.id);
  if (!isUnknown(again) || asking.remote.hits === 'judged' || !(await isDeferred(ledger, id))) return again;
  return (await fetchDeferred(id, fetchingOf(asking, ledger))) ? judgeByContents(result, query) : again;
}

function isUnknown(judged: CacheLookup): boolean {
  return judged.kind === 'miss' && judged.miss.kind === 'gone';
}

async function judgeByContents(
  result: Result,
  { parent, reads }: Pick<KeyQuery, 'parent' | 'reads'>,
): Promise<CacheLookup> {
  if (result.parent.imageId === parent.id) return { kind: 'same', result, source: 'store' };
  const changes = await tryChangesBetween(result.parent.layers.map(toDigest), parent.layers);
  const own = await tryLayersOf(result.ownLayers.map(toDigest));
  if (changes === undefined || own === undefined) return missed({ kind: 'gone' });
  const conflict = findConflict(changes, reads, own);
  if (conflict !== undefined) return missed({ kind: 'conflict', conflict });
  if (result.parent.created !== parent.created) return missed({ kind: 'parent-created' });
  return { kind: 'rebased', result, source: 'store' };
}

/** Has at hand what the layers of an entry hold, and those of a deferred parent and of what that stands on. */
async function learnBelow({ parent, ledger }: KeyQuery, cache: RemoteCache, entry: RemoteEntry | undefined) {
  if (entry !== undefined) await learnContents(cache, entry);
  let deferred = await ledger.read('deferred', parent.id);
  while (deferred?.from === 'cache') {
    for await (const below of cache.find(deferred.key as BuildKey)) await learnContents(cache, below);
    deferred = await ledger.read('deferred', deferred.parent);
  }
}

/** Has what the layers of an entry hold at hand, like that of layers in the store. @returns whether that can be had. */
export async function learnContents(cache: RemoteCache, entry: RemoteEntry): Promise<boolean> {
  const sizes = await layerSizes();
  const contents = await cache.contents(
    entry,
    entry.listed.filter((layer) => !sizes.has(layer)),
  );
  learnLayers(contents ?? []);
  return contents !== undefined;
}
