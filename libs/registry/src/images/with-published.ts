import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { formatBytes } from '@immutablue/diagnostics';
import {
  fetchedImageLock,
  readStore,
  storeImage,
  storeLock,
  takeLocks,
  withFetchedImage,
  withWorkingFolder,
  type LayerBlob,
} from '@immutablue/oci';
import { readBlob } from '../blobs/read-blob';
import type { Descriptor } from '../descriptor';
import { nameOf, type PublishedImage, type PublishedLayer } from './published-image';

export interface FetchOptions {
  readonly signal?: AbortSignal | undefined;
  /** Gets a line for each thing that may take a while. */
  readonly onLine?: ((line: string) => void) | undefined;
}

/**
 * Brings images of a registry into the store for as long as `work` takes, under their IDs. Only the layers that the store does not
 * have are fetched, and images that were there before stay.
 *
 * @throws {DiagnosticError} `registry/…`, `oci/…`, `build/interrupted`.
 */
export async function withPublished<T>(
  images: readonly PublishedImage[],
  options: FetchOptions,
  work: () => Promise<T>,
): Promise<T> {
  const locks = await takeLocks(await locksOf(images, options));
  try {
    return await inStore(images, options, work);
  } finally {
    await locks.release();
  }
}

/** No image is removed by others meanwhile, and one process at a time brings an image in and removes it. */
async function locksOf(images: readonly PublishedImage[], { signal, onLine }: FetchOptions) {
  const options = {
    ...(signal === undefined ? {} : { signal }),
    onWait: (holder: string) => onLine?.(`waiting for ${holder}, which uses the same images`),
  };
  // In one order everywhere: two processes must not wait for each other.
  const own = [...new Set(images.map(({ id }) => id))].sort().map((id) => fetchedImageLock(id, options));
  return Promise.all([storeLock('shared', options), ...own]);
}

function inStore<T>(
  [image, ...others]: readonly PublishedImage[],
  options: FetchOptions,
  work: () => Promise<T>,
): Promise<T> {
  if (image === undefined) return work();
  return withFetchedImage(
    image.id,
    (name) => bringIn(image, name, options),
    () => inStore(others, options, work),
  );
}

async function bringIn(image: PublishedImage, name: string, { signal, onLine }: FetchOptions): Promise<void> {
  const stored = new Map([...(await readStore()).layers.values()].map(({ diffId, bytes }) => [diffId, bytes]));
  const missing = image.layers.filter(({ diffId }) => !stored.has(diffId));
  const bytes = missing.reduce((sum, { blob }) => sum + blob.size, 0);
  onLine?.(`fetching ${formatBytes(bytes)} of ${nameOf(image.repository, image.digest)}`);
  await withWorkingFolder('fetched', async (directory) => {
    const layers: LayerBlob[] = [];
    for (const layer of image.layers) {
      const present = stored.get(layer.diffId);
      layers.push(
        present === undefined
          ? await fetchLayer(image, layer, directory, signal)
          : { digest: layer.diffId, size: present },
      );
    }
    await storeImage({ config: image.config, layers, name }, signal === undefined ? {} : { signal });
  });
}

async function fetchLayer(
  { repository }: PublishedImage,
  { blob }: PublishedLayer,
  directory: string,
  signal: AbortSignal | undefined,
): Promise<LayerBlob> {
  const archive = join(directory, blob.digest);
  await pipeline(readBlob(repository, blob, { signal }), createWriteStream(archive));
  const compression = compressionOf(blob);
  return { digest: blob.digest, size: blob.size, archive, ...(compression === undefined ? {} : { compression }) };
}

/** By its media type, OCI's or Docker's; https://github.com/opencontainers/image-spec/blob/v1.1.1/media-types.md */
function compressionOf({ mediaType }: Descriptor): LayerBlob['compression'] {
  if (/[.+]zstd$/.test(mediaType)) return 'zstd';
  return /[.+]gzip$/.test(mediaType) ? 'gzip' : undefined;
}
