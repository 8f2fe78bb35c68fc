import { createHash } from 'node:crypto';
import { link, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toDigest, type Digest } from '@immutablue/oci';
import { type Layer } from './layer';

/** An image as data. */
export interface LayoutImage {
  /** OCI architecture: `amd64`. */
  readonly architecture: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Seconds since 1970. */
  readonly created: number;
  /** Lowest first. */
  readonly layers: readonly Layer[];
}

/**
 * Writes an OCI image layout (https://github.com/opencontainers/image-spec/blob/main/image-layout.md). The layers are
 * hard links to their tars, so that the only copy made is the one into the store.
 */
export async function writeLayout(directory: string, image: LayoutImage): Promise<void> {
  const blobs = join(directory, 'blobs/sha256');
  await mkdir(blobs, { recursive: true });
  await Promise.all(image.layers.map(({ tarFile, digest }) => link(tarFile, join(blobs, hexOf(digest)))));
  const created = new Date(image.created * 1000).toISOString();
  const config = await writeBlob(blobs, {
    architecture: image.architecture,
    os: 'linux',
    created,
    config: { Labels: image.labels },
    rootfs: { type: 'layers', diff_ids: image.layers.map(({ digest }) => digest) },
    history: image.layers.map(() => ({ created, created_by: 'Immutablue lab' })),
  });
  const manifest = await writeBlob(blobs, {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...config },
    layers: image.layers.map(({ digest, size }) => ({
      mediaType: 'application/vnd.oci.image.layer.v1.tar',
      digest,
      size,
    })),
  });
  await writeFile(
    join(directory, 'index.json'),
    JSON.stringify({
      schemaVersion: 2,
      manifests: [{ mediaType: 'application/vnd.oci.image.manifest.v1+json', ...manifest }],
    }),
  );
  await writeFile(join(directory, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
}

async function writeBlob(blobs: string, value: unknown): Promise<{ digest: Digest; size: number }> {
  const text = JSON.stringify(value);
  const digest = toDigest(`sha256:${createHash('sha256').update(text).digest('hex')}`);
  await writeFile(join(blobs, hexOf(digest)), text);
  return { digest, size: Buffer.byteLength(text) };
}

function hexOf(digest: Digest): string {
  return digest.slice('sha256:'.length);
}
