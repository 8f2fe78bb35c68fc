import { createHash } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand, type CommandOptions } from '../process';
import { toImageId, type Digest, type ImageId } from '../reference';
import type { ImageConfig } from '../store/image-config';

const IMAGE_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const IMAGE_CONFIG = 'application/vnd.oci.image.config.v1+json';
const LAYER = 'application/vnd.oci.image.layer.v1.tar';

/** A layer of an image, uncompressed. */
export interface LayerBlob {
  readonly digest: Digest;
  /** In bytes. */
  readonly size: number;
  /** The archive, on the file system of the layout and moved from there. Without it the store has the layer. */
  readonly archive?: string;
}

export interface NewImage {
  readonly config: ImageConfig;
  /** Of all that the configuration names, in its order. */
  readonly layers: readonly LayerBlob[];
  /** Gets the image; whatever had the name before loses it. */
  readonly reference?: string;
}

/**
 * Puts an image into the store without a container. It is given to skopeo as an image layout that has no blobs of layers
 * which the store has (they are found there by their diffIDs): https://github.com/opencontainers/image-spec/blob/main/image-layout.md
 *
 * @param directory an empty one for the layout.
 */
export async function storeImage(image: NewImage, directory: string, options?: CommandOptions): Promise<ImageId> {
  const blobs = join(directory, 'blobs', 'sha256');
  await mkdir(blobs, { recursive: true });
  const write = async (content: unknown) => {
    const bytes = Buffer.from(JSON.stringify(content));
    const hash = createHash('sha256').update(bytes).digest('hex');
    await writeFile(join(blobs, hash), bytes);
    return { digest: `sha256:${hash}`, size: bytes.length };
  };
  for (const { digest, archive } of image.layers) {
    if (archive !== undefined) await rename(archive, join(blobs, digest.slice('sha256:'.length)));
  }
  const configBlob = await write(image.config);
  const manifest = {
    schemaVersion: 2,
    mediaType: IMAGE_MANIFEST,
    config: { mediaType: IMAGE_CONFIG, ...configBlob },
    layers: image.layers.map(({ digest, size }) => ({ mediaType: LAYER, digest, size })),
  };
  const manifestBlob = await write(manifest);
  const index = { schemaVersion: 2, manifests: [{ mediaType: IMAGE_MANIFEST, ...manifestBlob }] };
  await writeFile(join(directory, 'index.json'), JSON.stringify(index));
  await writeFile(join(directory, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
  const id = toImageId(configBlob.digest);
  const destination = `containers-storage:${image.reference ?? ''}@${id}`;
  await runCommand(['skopeo', 'copy', '--quiet', `oci:${directory}`, destination], options);
  return id;
}

/** Labels in the order of their names: the order is part of what an image's digest stands for. Pure. */
export function sortedLabels(labels: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).sort(([left], [right]) => (left < right ? -1 : 1)));
}
