import { findImage, parseImageContent, readImageContent, toImageId, type Digest } from '@immutablue/oci';
import type { BuildKey } from '@immutablue/plan';
import { putManifest, sourceOfBytes, uploadBlob, type Repository } from '@immutablue/registry';
import type { SigningKey } from '@immutablue/signing';
import type { Result } from '@immutablue/stage-runner';
import { writeConfig, writeManifest, type LayerBlobs, type StoredEntry } from './entry';
import { pushLayer, pushListing } from './layers';
import { sign } from './signature';

export interface StoreRequest {
  readonly repository: Repository;
  /** Without one the entry stays unsigned. */
  readonly key: SigningKey | undefined;
  /** The entry of the repository under a key, if there is one that may be used. */
  readonly find: (key: BuildKey) => Promise<StoredEntry | undefined>;
  /** Layers that the repository is known to have. Gets those that are sent. */
  readonly known: Map<Digest, LayerBlobs>;
  readonly signal: AbortSignal;
}

/** The label by which an image says under which key it was built. */
const KEY_LABEL = 'io.immutablue.build-key';

/**
 * Puts what was built under a key into a repository: its layers, then what names them, then the signature. The tag comes last: what
 * stands under a key is whole.
 *
 * @returns how many bytes of layers were sent; undefined when the repository has the same already, or the image cannot be one of another
 *   machine.
 */
export async function storeEntry(
  { repository, key, find, known, signal }: StoreRequest,
  buildKey: BuildKey,
  result: Result,
): Promise<number | undefined> {
  const image = await readImageContent(toImageId(result.imageId));
  const layers = parseImageContent(image)?.layers;
  if (layers === undefined) return undefined;
  const existing = await find(buildKey);
  if (existing?.result.imageId === result.imageId && existing.result.parent.imageId === result.parent.imageId) {
    return undefined;
  }
  // The entry of the parent names the layers of all variants below: with them an entry can be judged where the parent is not known.
  const parentKey = (await findImage(result.parent.imageId))?.labels[KEY_LABEL];
  if (parentKey !== undefined && /^[0-9a-f]{64}$/.test(parentKey)) await find(parentKey as BuildKey);
  const blobs = new Map<Digest, LayerBlobs>();
  let sent = 0;
  const firstOwn = layers.findIndex((layer, index) => layer !== result.parent.layers[index]);
  for (const [index, diffId] of layers.entries()) {
    const there = known.get(diffId);
    const isOwn = firstOwn !== -1 && index >= firstOwn;
    const isThere = there !== undefined && (!isOwn || there.archive !== undefined);
    // Upstream's layers are in the registry of upstream: what they hold has to be known to judge what stands on them.
    const push = isOwn ? pushLayer : pushListing;
    const pushed = isThere ? { blobs: there, sent: 0 } : await push(repository, diffId, signal);
    if (pushed === undefined) continue;
    sent += pushed.sent;
    known.set(diffId, pushed.blobs);
    blobs.set(diffId, pushed.blobs);
  }
  const config = sourceOfBytes(writeConfig(buildKey, { result, image }));
  await uploadBlob(repository, config, { signal });
  const manifest = writeManifest({ digest: config.digest, size: config.size }, blobs);
  if (key !== undefined) {
    await putManifest(repository, manifest, manifest.digest, signal);
    await sign(repository, manifest.digest, key, signal);
  }
  await putManifest(repository, manifest, buildKey, signal);
  return sent;
}
