import {
  composeImage,
  layerSizes,
  parseImageContent,
  readImageParts,
  toImageId,
  type ImageContent,
} from '@immutablue/oci';
import type { BuildKey } from '@immutablue/plan';
import { parentEntry, type Result } from '../ledger/entry';
import { isDeferred, isStored } from './deferred';
import { fetchDeferred, type Fetching } from './fetch-deferred';
import { judgeResult, missed, type CacheHit, type CacheLookup, type KeyQuery } from './lookup-key';
import { learnLayers } from './parent-changes';
import { createdBy } from './rebase';
import type { Remote, RemoteCache, RemoteEntry } from './remote-cache';

type RemoteQuery = KeyQuery & { readonly remote: Remote };

/**
 * Looks whether what another machine has built under a key can stand on this parent, by the rules for what this machine has built.
 *
 * @returns undefined when no machine has, or what it has cannot be had. Unless hits are only judged, the image of one is known from
 *   then on, on this parent.
 */
export async function lookupRemotely(query: RemoteQuery): Promise<CacheLookup | undefined> {
  const { remote, parent } = query;
  const entry = await remote.cache.find(query.key);
  if (entry === undefined) return undefined;
  const { result } = entry;
  const isSame = result.parent.imageId === parent.id;
  // The cheaper question: the other one is about what layers hold.
  if (!isSame && result.parent.created !== parent.created) return missed({ kind: 'parent-created' });
  const judged = await judge(query, entry);
  // Nothing can be said of a parent that is neither here nor in the registry.
  if (judged === undefined || judged.kind === 'miss') return judged?.miss.kind === 'gone' ? undefined : judged;
  const hit: CacheHit = { ...judged, source: 'registry' };
  if (remote.hits === 'judged') return hit;
  // What is copied out of a dep-builder's image has nothing to do with what that stands on.
  const isAsItWas = hit.kind === 'same' || result.of === 'dep-builder';
  const taken = await (isAsItWas ? take(query, entry.image, result) : takeRebased(query, entry));
  return taken && { ...hit, result: taken };
}

async function judge(query: RemoteQuery, entry: RemoteEntry): Promise<CacheLookup | undefined> {
  const { remote, parent, ledger } = query;
  if (entry.result.parent.imageId !== parent.id || remote.hits === 'judged') {
    const below = await ledger.read('deferred', parent.id);
    const entryBelow = below?.from === 'cache' ? await remote.cache.find(below.key as BuildKey) : undefined;
    for (const one of [entry, entryBelow]) {
      if (one !== undefined && !(await learnContents(remote.cache, one))) return undefined;
    }
  }
  const judged = await judgeResult(entry.result, query);
  const isOpen = judged.kind === 'miss' && judged.miss.kind === 'gone' && remote.hits !== 'judged';
  if (!isOpen || !(await isDeferred(ledger, toImageId(parent.id)))) return judged;
  // The layers themselves say what no list does.
  return (await fetchDeferred(toImageId(parent.id), fetchingOf(query))) ? judgeResult(entry.result, query) : undefined;
}

/** Has what the layers of an entry hold at hand, like that of layers in the store. @returns whether that can be had. */
async function learnContents(cache: RemoteCache, entry: RemoteEntry): Promise<boolean> {
  const sizes = await layerSizes();
  const contents = await cache.contents(
    entry,
    entry.listed.filter((layer) => !sizes.has(layer)),
  );
  learnLayers(contents ?? []);
  return contents !== undefined;
}

/** The image of an entry on this parent; see {@link take}. */
async function takeRebased(query: RemoteQuery, { image, result }: RemoteEntry): Promise<Result | undefined> {
  const { parent, labels = {} } = query;
  const content = parseImageContent(image);
  const below = await partsOfParent(query);
  if (content === undefined || below === undefined) return undefined;
  const ownLayers = content.layers
    .slice(result.parent.layers.length)
    .map((digest) => ({ digest, size: content.sizes.get(digest) ?? 0 }));
  const rebased = composeImage(below, { ownLayers, createdBy: createdBy(result.variant), labels });
  return take(query, rebased, { ...result, parent: parentEntry(parent) });
}

async function partsOfParent(query: RemoteQuery) {
  const { parent, ledger } = query;
  const id = toImageId(parent.id);
  const deferred = (await isStored(id)) ? undefined : await ledger.read('deferred', id);
  const content = deferred?.from === 'cache' ? parseImageContent(deferred.image) : undefined;
  if (content !== undefined) {
    return {
      config: content.config,
      layers: content.layers.map((digest) => ({ digest, size: content.sizes.get(digest) ?? 0 })),
    };
  }
  // How large the layers of an upstream image are, uncompressed, nothing says but the store.
  return (await fetchDeferred(id, fetchingOf(query))) ? readImageParts(id) : undefined;
}

/**
 * Has the image of a result known, and in the store, too, unless it is to be deferred.
 *
 * @returns the result with it; undefined when it cannot be had.
 */
async function take(query: RemoteQuery, image: ImageContent, result: Result): Promise<Result | undefined> {
  const { remote, ledger, key, reference, parent } = query;
  const content = parseImageContent(image);
  if (content === undefined) return undefined;
  const firstOwn = content.layers.findIndex((layer, index) => layer !== result.parent.layers[index]);
  await ledger.write('deferred', content.id, {
    ...{ from: 'cache', key, variant: result.variant, image },
    ...(reference === undefined ? {} : { reference }),
    parent: parent.id,
    parentLayers: firstOwn === -1 ? content.layers.length : firstOwn,
  });
  if (remote.hits === 'fetched' && !(await fetchDeferred(content.id, fetchingOf(query)))) return undefined;
  const taken = { ...result, imageId: content.id };
  await ledger.write('results', key, taken);
  return taken;
}

function fetchingOf({ remote, ledger, variant }: RemoteQuery): Fetching {
  return { ...remote, ledger, variant };
}
