import {
  assembleImage,
  layerSizes,
  parseImageContent,
  restoreImage,
  toImageId,
  withWorkingFolder,
  type Digest,
  type ImageId,
} from '@immutablue/oci';
import type { Ledger } from '../ledger/ledger';
import { judgeResult, missed, type CacheHit, type CacheLookup, type KeyQuery } from './lookup-key';
import { learnLayers } from './parent-changes';
import { createdBy } from './rebase';
import type { Remote, RemoteCache, RemoteEntry } from './remote-cache';

type RemoteQuery = KeyQuery & { readonly remote: Remote };

/**
 * Looks whether what another machine has built under a key can stand on this parent, by the rules for what this machine has built.
 *
 * @returns undefined when no machine has, or what it has cannot be had; a hit only when its image is in the store, unless hits are only
 *   judged.
 */
export async function lookupRemotely(query: RemoteQuery): Promise<CacheLookup | undefined> {
  const { remote, parent } = query;
  const entry = await remote.cache.find(query.key);
  if (entry === undefined) return undefined;
  const { result } = entry;
  const isSame = result.parent.imageId === parent.id;
  // The cheaper question: the other one is about what layers hold.
  if (!isSame && result.parent.created !== parent.created) return missed({ kind: 'parent-created' });
  const isKnown = (isSame && remote.hits === 'fetched') || (await learnContents(remote.cache, entry));
  if (!isKnown) return undefined;
  const judged = await judgeResult(result, query);
  // Nothing can be said of a parent that is neither here nor in the registry.
  if (judged.kind === 'miss') return judged.miss.kind === 'gone' ? undefined : judged;
  const hit: CacheHit = { ...judged, source: 'registry' };
  if (remote.hits === 'judged') return hit;
  // What is copied out of a dep-builder's image has nothing to do with what that stands on.
  const isAsItWas = hit.kind === 'same' || result.of === 'dep-builder';
  const imageId = await (isAsItWas ? bringImage(query, entry) : bringOwnLayers(query, entry));
  return imageId === undefined ? undefined : { ...hit, result: { ...result, imageId } };
}

/** Has what the layers of an entry hold at hand, like that of layers in the store. @returns whether that can be had. */
async function learnContents(cache: RemoteCache, entry: RemoteEntry): Promise<boolean> {
  const sizes = await layerSizes();
  const contents = await cache.contents(
    entry,
    [...entry.layers].filter((layer) => !sizes.has(layer)),
  );
  learnLayers(contents ?? []);
  return contents !== undefined;
}

/**
 * Brings the image of an entry into the store, as it was on the other machine, and into the ledger.
 *
 * @returns undefined when a layer of it cannot be had.
 */
async function bringImage({ remote, ledger, key }: RemoteQuery, entry: RemoteEntry): Promise<ImageId | undefined> {
  const { result, image } = entry;
  const layers = parseImageContent(image)?.layers ?? [];
  const imageId = await withLayers(remote.cache, entry, layers, (archives) => restoreImage(image, archives));
  if (imageId === undefined) return undefined;
  const firstOwn = layers.findIndex((layer, index) => layer !== result.parent.layers[index]);
  await recordImage(ledger, entry, imageId, firstOwn === -1 ? layers.length : firstOwn);
  await ledger.write('results', key, { ...result, imageId });
  return imageId;
}

/** Brings the layers of an entry into the store, on the parent that it is about to be given. */
async function bringOwnLayers(
  { remote, ledger, parent }: RemoteQuery,
  entry: RemoteEntry,
): Promise<ImageId | undefined> {
  const content = parseImageContent(entry.image);
  if (content === undefined) return undefined;
  const ownLayers = content.layers.slice(entry.result.parent.layers.length);
  const imageId = await withLayers(remote.cache, entry, ownLayers, (archives) =>
    assembleImage({
      ...{ parent: toImageId(parent.id), ownLayers, archives },
      createdBy: createdBy(entry.result.variant),
      labels: {},
    }),
  );
  if (imageId !== undefined) await recordImage(ledger, entry, imageId, parent.layers.length);
  return imageId;
}

/** It may be removed like those that were built here. */
async function recordImage(ledger: Ledger, { result }: RemoteEntry, imageId: ImageId, parentLayers: number) {
  await ledger.write('images', imageId, { variant: result.variant, parentLayers });
}

/** Does `work` with the files of those layers that the store has not. */
async function withLayers<T>(
  cache: RemoteCache,
  entry: RemoteEntry,
  layers: readonly Digest[],
  work: (archives: NonNullable<Awaited<ReturnType<RemoteCache['fetch']>>>) => Promise<T>,
): Promise<T | undefined> {
  const sizes = await layerSizes();
  const missing = layers.filter((layer) => !sizes.has(layer));
  return withWorkingFolder('fetched', async (directory) => {
    const archives = await cache.fetch(entry, missing, directory);
    return archives === undefined ? undefined : work(archives);
  });
}
