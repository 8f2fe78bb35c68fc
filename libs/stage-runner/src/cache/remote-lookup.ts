import { assembleImage, layerSizes, parseImageContent, toImageId, type ImageId } from '@immutablue/oci';
import { fetchDeferred, withLayers, type Fetching } from './fetch-deferred';
import { judgeResult, missed, type CacheHit, type CacheLookup, type KeyQuery } from './lookup-key';
import { learnLayers } from './parent-changes';
import { createdBy } from './rebase';
import type { Remote, RemoteCache, RemoteEntry } from './remote-cache';

type RemoteQuery = KeyQuery & { readonly remote: Remote };

/**
 * Looks whether what another machine has built under a key can stand on this parent, by the rules for what this machine has built.
 *
 * @returns undefined when no machine has, or what it has cannot be had.
 */
export async function lookupRemotely(query: RemoteQuery): Promise<CacheLookup | undefined> {
  const { remote, parent } = query;
  const entry = await remote.cache.find(query.key);
  if (entry === undefined) return undefined;
  const { result } = entry;
  const isSame = result.parent.imageId === parent.id;
  // The cheaper question: the other one is about what layers hold.
  if (!isSame && result.parent.created !== parent.created) return missed({ kind: 'parent-created' });
  const isKnown = (isSame && remote.hits !== 'judged') || (await learnContents(remote.cache, entry));
  if (!isKnown) return undefined;
  const judged = await judgeResult(result, query);
  // Nothing can be said of a parent that is neither here nor in the registry.
  if (judged.kind === 'miss') return judged.miss.kind === 'gone' ? undefined : judged;
  const hit: CacheHit = { ...judged, source: 'registry' };
  if (remote.hits === 'judged') return hit;
  // What is copied out of a dep-builder's image has nothing to do with what that stands on.
  const isAsItWas = hit.kind === 'same' || result.of === 'dep-builder';
  const imageId = await (isAsItWas ? takeImage(query, entry) : fetchOwnLayers(query, entry));
  return imageId === undefined ? undefined : { ...hit, result: { ...result, imageId } };
}

/** Has what the layers of an entry hold at hand, like that of layers in the store. @returns whether that can be had. */
async function learnContents(cache: RemoteCache, entry: RemoteEntry): Promise<boolean> {
  const sizes = await layerSizes();
  const contents = await cache.contents(
    entry,
    [...entry.layers.keys()].filter((layer) => !sizes.has(layer)),
  );
  learnLayers(contents ?? []);
  return contents !== undefined;
}

/**
 * Has the image of an entry known as it was on the other machine, and in the store, too, unless it is to be deferred.
 *
 * @returns undefined when it cannot be had.
 */
async function takeImage(query: RemoteQuery, entry: RemoteEntry): Promise<ImageId | undefined> {
  const { remote, ledger, key, reference } = query;
  const { result, image } = entry;
  const content = parseImageContent(image);
  if (content === undefined) return undefined;
  const firstOwn = content.layers.findIndex((layer, index) => layer !== result.parent.layers[index]);
  await ledger.write('deferred', content.id, {
    ...{ from: 'cache', key, variant: result.variant, image },
    ...(reference === undefined ? {} : { reference }),
    parent: query.parent.id,
    parentLayers: firstOwn === -1 ? content.layers.length : firstOwn,
  });
  if (remote.hits === 'fetched' && !(await fetchDeferred(content.id, fetchingOf(query)))) {
    await ledger.forget('deferred', content.id);
    return undefined;
  }
  await ledger.write('results', key, { ...result, imageId: content.id });
  return content.id;
}

/** Has the layers of an entry in the store, on the parent that it is about to be given. */
async function fetchOwnLayers(query: RemoteQuery, entry: RemoteEntry): Promise<ImageId | undefined> {
  const { remote, parent, ledger } = query;
  const content = parseImageContent(entry.image);
  if (content === undefined || !(await fetchDeferred(toImageId(parent.id), fetchingOf(query)))) return undefined;
  const { variant } = entry.result;
  const ownLayers = content.layers.slice(entry.result.parent.layers.length);
  const imageId = await withLayers(remote, entry, ownLayers, (archives) =>
    assembleImage({
      ...{ parent: toImageId(parent.id), ownLayers, archives },
      createdBy: createdBy(variant),
      labels: {},
    }),
  );
  // It may be removed like those that were built here.
  if (imageId !== undefined) await ledger.write('images', imageId, { variant, parentLayers: parent.layers.length });
  return imageId;
}

function fetchingOf({ remote, ledger, variant }: RemoteQuery): Fetching {
  return { ...remote, ledger, variant };
}
