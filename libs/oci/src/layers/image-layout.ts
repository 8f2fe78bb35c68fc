import { createHash } from 'node:crypto';
import { link, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toDigest, toImageId, type Digest, type ImageId } from '../reference';
import type { ImageConfig } from '../store/image-config';

const IMAGE_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const IMAGE_CONFIG = 'application/vnd.oci.image.config.v1+json';
const LAYER = 'application/vnd.oci.image.layer.v1.tar';

/** A layer of an image. An uncompressed archive, as which a layer is that the store has, has the layer's diffID as its digest. */
export interface LayerBlob {
  readonly digest: Digest;
  readonly compression?: 'gzip' | 'zstd';
  /** In bytes. */
  readonly size: number;
  /** The archive, on the file system of the layout. A layer without one is left out of the layout. */
  readonly archive?: string;
}

export interface LayoutImage {
  /** Its bytes, where the ID has to be that of an image elsewhere. */
  readonly config: ImageConfig | Buffer;
  /** All that the configuration names, in its order. */
  readonly layers: readonly LayerBlob[];
}

/**
 * Writes an OCI image layout (https://github.com/opencontainers/image-spec/blob/main/image-layout.md). Archives of layers are
 * hard links, so that they are copied once, into the store. skopeo takes a layout without the blobs of layers that its
 * destination has: it finds them there by their diffIDs.
 *
 * @param directory is made, and must have no layout.
 * @returns the ID that the image has in a store.
 */
export async function writeImageLayout(directory: string, { config, layers }: LayoutImage): Promise<ImageId> {
  const blobs = join(directory, 'blobs', 'sha256');
  await mkdir(blobs, { recursive: true });
  const configBlob = await writeBlob(blobs, config);
  const manifest = await writeBlob(blobs, manifestOf(configBlob, layers));
  const archives = layers.flatMap(({ digest, archive }) => (archive === undefined ? [] : [[digest, archive] as const]));
  await writeLayoutFiles(directory, manifest, new Map(archives));
  return toImageId(configBlob.digest);
}

/** The manifest of an image. Pure. https://github.com/opencontainers/image-spec/blob/main/manifest.md */
export function manifestOf(config: SizedBlob, layers: LayoutImage['layers']): object {
  return {
    schemaVersion: 2,
    mediaType: IMAGE_MANIFEST,
    config: { mediaType: IMAGE_CONFIG, ...config },
    layers: layers.map(({ digest, size, compression }) => ({
      mediaType: compression === undefined ? LAYER : `${LAYER}+${compression}`,
      digest,
      size,
    })),
  };
}

/** Something by its digest, and its size in bytes. */
export interface SizedBlob {
  readonly digest: Digest;
  readonly size: number;
}

/** Writes what makes a layout of a folder that has the blobs of a manifest and of its configuration. */
export async function writeLayoutFiles(
  directory: string,
  manifest: SizedBlob,
  archives: ReadonlyMap<Digest, string>,
): Promise<void> {
  for (const [digest, archive] of archives) await link(archive, join(directory, 'blobs', 'sha256', hexOf(digest)));
  const index = { schemaVersion: 2, manifests: [{ mediaType: IMAGE_MANIFEST, ...manifest }] };
  await writeFile(join(directory, 'index.json'), JSON.stringify(index));
  await writeFile(join(directory, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
}

async function writeBlob(blobs: string, content: unknown): Promise<SizedBlob> {
  const bytes = Buffer.isBuffer(content) ? content : Buffer.from(JSON.stringify(content));
  const blob = blobOf(bytes);
  await writeFile(join(blobs, hexOf(blob.digest)), bytes);
  return blob;
}

/** Of bytes. Pure. */
export function blobOf(bytes: Buffer): SizedBlob {
  return { digest: toDigest(`sha256:${createHash('sha256').update(bytes).digest('hex')}`), size: bytes.length };
}

function hexOf(digest: Digest): string {
  return digest.slice('sha256:'.length);
}
