import { createHash } from 'node:crypto';
import { toDigest, type Digest, type PackedLayer } from '@immutablue/oci';
import { IMAGE_MANIFEST, toManifest, type Descriptor, type Manifest } from '@immutablue/registry';

export const IMAGE_CONFIG = 'application/vnd.oci.image.config.v1+json';

/** The manifest of an image: https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md. The same image has the same one. Pure. */
export function imageManifest(config: Buffer, layers: readonly PackedLayer[]): Manifest {
  const content = {
    schemaVersion: 2,
    mediaType: IMAGE_MANIFEST,
    config: { mediaType: IMAGE_CONFIG, digest: digestOf(config), size: config.length },
    layers: layers.map(({ mediaType, digest, size }) => ({ mediaType, digest, size })),
  };
  return toManifest(Buffer.from(JSON.stringify(content)), IMAGE_MANIFEST);
}

/** How others name a manifest. */
export function descriptorOf({ mediaType, digest, bytes }: Manifest): Descriptor {
  return { mediaType, digest, size: bytes.length };
}

export function digestOf(bytes: Buffer): Digest {
  return toDigest(`sha256:${createHash('sha256').update(bytes).digest('hex')}`);
}
