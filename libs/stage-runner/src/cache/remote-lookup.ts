import {
  composeImage,
  layerSizes,
  parseImageContent,
  readImageParts,
  toImageId,
  type ImageContent,
} from '@immutablue/oci';
import { parentEntry, type Result } from '../ledger/entry';
import { missed, type Asking, type CacheHit, type CacheLookup, type KeyQuery } from './cache-lookup';
import { isStored } from './deferred';
import { fetchDeferred, fetchingOf } from './fetch-deferred';
import { judgeResult, learnContents } from './judge';
import { createdBy } from './rebase';
import type { RemoteEntry } from './remote-cache';

/**
 * Looks whether what another machine has built under a key can stand on this parent, by the rules for what this machine has built.
 *
 * @returns undefined when no machine has, or what it has cannot be had. Unless hits are only judged, the image of one is known from
 *   then on, on this parent.
 */
export async function lookupRemotely(query: KeyQuery, asking: Asking): Promise<CacheLookup | undefined> {
  let miss: CacheLookup | undefined;
  for await (const entry of asking.remote.cache.find(query.key)) {
    const found = await lookupEntry(query, asking, entry);
    if (found?.kind !== undefined && found.kind !== 'miss') return found;
    miss ??= found;
  }
  return miss;
}

async function lookupEntry(query: KeyQuery, asking: Asking, entry: RemoteEntry): Promise<CacheLookup | undefined> {
  const { remote } = asking;
  const { result } = entry;
  const isSame = result.parent.imageId === query.parent.id;
  // The cheaper question: the other one is about what layers hold.
  if (!isSame && result.parent.created !== query.parent.created) return missed({ kind: 'parent-created' });
  // What stands on it is judged next, by what it holds.
  if (remote.hits === 'judged' && !(await learnContents(remote.cache, entry))) return undefined;
  const judged = await judgeResult(result, query, entry);
  // Nothing can be said of a parent that is neither here nor in the registry.
  if (judged.kind === 'miss') return judged.miss.kind === 'gone' ? undefined : judged;
  const hit: CacheHit = { ...judged, source: 'registry' };
  if (remote.hits === 'judged') return hit;
  // What is copied out of a dep-builder's image has nothing to do with what that stands on.
  const isAsItWas = hit.kind === 'same' || result.of === 'dep-builder';
  const image = isAsItWas ? entry.image : await rebasedImage(query, asking, entry);
  const parent = isAsItWas ? result.parent : parentEntry(query.parent);
  const taken = image && (await take(query, asking, { entry, image, parent }));
  return taken && { ...hit, result: taken };
}

/** The image that an entry's layers are on this parent; undefined when the parent cannot be had. */
async function rebasedImage(
  query: KeyQuery,
  asking: Asking,
  { image, result }: RemoteEntry,
): Promise<ImageContent | undefined> {
  const content = parseImageContent(image);
  const below = await partsOfParent(query, asking);
  if (content === undefined || below === undefined) return undefined;
  const ownLayers = content.blobs.slice(result.parent.layers.length);
  return composeImage(below, { ownLayers, createdBy: createdBy(result.variant), labels: asking.labels ?? {} });
}

async function partsOfParent({ parent, ledger }: KeyQuery, asking: Asking) {
  const id = toImageId(parent.id);
  const deferred = (await isStored(id)) ? undefined : await ledger.read('deferred', id);
  const content = deferred?.from === 'cache' ? parseImageContent(deferred.image) : undefined;
  if (content !== undefined) return { config: content.config, layers: content.blobs };
  // How large the layers of an upstream image are, uncompressed, nothing says but the store.
  return (await fetchDeferred(id, fetchingOf(asking, ledger))) ? readImageParts(id) : undefined;
}

/**
 * Has the image of an entry known, and in the store, too, unless it is to be deferred.
 *
 * @param taken.image as it is on the parent of `taken.parent`.
 * @returns the result with it; undefined when it cannot be had.
 */
async function take(
  { ledger, key, parent }: KeyQuery,
  asking: Asking,
  taken: { readonly entry: RemoteEntry; readonly image: ImageContent; readonly parent: Result['parent'] },
): Promise<Result | undefined> {
  const { entry, image } = taken;
  const content = parseImageContent(image);
  if (content === undefined) return undefined;
  const [{ id, layers }, sizes] = [content, await layerSizes()];
  const canBeHad = layers.every(
    (layer) => sizes.has(layer) || entry.layers.has(layer) || parent.layers.includes(layer),
  );
  if (!canBeHad) return undefined;

  const firstOwn = layers.findIndex((layer, index) => layer !== taken.parent.layers[index]);
  const parentLayers = firstOwn === -1 ? layers.length : firstOwn;
  const { variant } = entry.result;
  const before = await ledger.read('deferred', id);
  if (await isStored(id)) {
    // It may be removed like those that were built here.
    await ledger.write('images', id, { variant, parentLayers });
    // One that is known already stays as it is: what a registry says of it here cannot change what it stands on.
  } else if (before === undefined || before.from === 'lost') {
    const { reference } = asking;
    const named = reference === undefined ? {} : { reference };
    await ledger.write('deferred', id, {
      from: 'cache',
      key,
      variant,
      image,
      ...named,
      parent: parent.id,
      parentLayers,
    });
  }
  const isFetched = asking.remote.hits === 'fetched' || before?.from === 'lost';
  if (isFetched && !(await fetchDeferred(id, fetchingOf(asking, ledger)))) return undefined;
  const result = { ...entry.result, imageId: id, parent: taken.parent };
  await ledger.write('results', key, result);
  return result;
}
