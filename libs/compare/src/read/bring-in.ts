import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { formatBytes } from '@immutablue/diagnostics';
import { readImages, readStore, removeImage, storeImage, withWorkingFolder, type LayerBlob } from '@immutablue/oci';
import { readBlob, type Descriptor } from '@immutablue/registry';
import { nameOf, type PublishedImage, type PublishedLayer } from './published-image';

export interface BringInOptions {
  readonly signal?: AbortSignal | undefined;
  /** Gets a line for each thing that may take a while. */
  readonly onLine?: ((line: string) => void) | undefined;
}

/**
 * Brings an image of a registry into the store for as long as `work` takes, under its ID and no name. Only the layers that the
 * store does not have are fetched.
 */
export async function withPublished<T>(
  image: PublishedImage,
  options: BringInOptions,
  work: () => Promise<T>,
): Promise<T> {
  if ((await readImages()).some(({ id }) => id === image.id)) return work();
  try {
    await bringIn(image, options);
    return await work();
  } finally {
    // A build or a pull that has named it meanwhile keeps it.
    const isNamed = (await readImages()).some(({ id, names }) => id === image.id && names.length > 0);
    if (!isNamed) await removeImage(image.id);
  }
}

async function bringIn(image: PublishedImage, { signal, onLine }: BringInOptions): Promise<void> {
  const stored = new Map([...(await readStore()).layers.values()].map(({ diffId, bytes }) => [diffId, bytes]));
  const missing = image.layers.filter(({ diffId }) => !stored.has(diffId));
  const bytes = missing.reduce((sum, { blob }) => sum + blob.size, 0);
  onLine?.(`fetching ${formatBytes(bytes)} of ${nameOf(image.repository, image.digest)}`);
  await withWorkingFolder('compare', async (directory) => {
    const layers: LayerBlob[] = [];
    for (const layer of image.layers) {
      const present = stored.get(layer.diffId);
      layers.push(
        present === undefined
          ? await fetchLayer(image, layer, directory, signal)
          : { digest: layer.diffId, size: present },
      );
    }
    await storeImage({ config: image.config, layers }, signal === undefined ? {} : { signal });
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
