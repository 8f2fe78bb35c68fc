import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { runCommand, type CommandOptions } from '../process/process';
import { toDigest, type Digest } from '../reference';
import { openLayerArchive } from './layer-archive';

/** How layers are compressed on their way to a registry. */
export const COMPRESSIONS = ['gzip', 'zstd'] as const;
export type Compression = (typeof COMPRESSIONS)[number];

/** A layer as registries have it. */
export interface PackedLayer {
  readonly mediaType: string;
  readonly digest: Digest;
  /** In bytes. */
  readonly size: number;
}

/** One that was compressed just now. */
export interface NewlyPackedLayer extends PackedLayer {
  /** Size of the archive, in bytes. */
  readonly unpackedSize: number;
}

/** https://github.com/opencontainers/image-spec/blob/v1.1.1/layer.md#zstd-media-types */
export function layerMediaType(compression: Compression): string {
  return `application/vnd.oci.image.layer.v1.tar+${compression}`;
}

/**
 * Compresses a layer of the store into a file. The same layer gives the same bytes with the same version of Node or of zstd.
 *
 * @throws {DiagnosticError} `oci/layer-not-found`, `oci/layer-damaged`, `oci/command-failed`.
 */
export async function packLayer(
  diffId: Digest,
  compression: Compression,
  file: string,
  options: Pick<CommandOptions, 'signal'> = {},
): Promise<NewlyPackedLayer> {
  let unpackedSize = 0;
  const archive = counted(await openLayerArchive(diffId), (bytes) => {
    unpackedSize += bytes;
  });
  const ending = options.signal === undefined ? {} : { signal: options.signal };
  switch (compression) {
    case 'gzip':
      await pipeline(archive, createGzip({ level: 6 }), createWriteStream(file), ending);
      break;
    case 'zstd': {
      // Node has zstd since its version 22.15 alone.
      const plain = `${file}.tar`;
      await pipeline(archive, createWriteStream(plain), ending);
      await runCommand(['zstd', '--quiet', '--force', '--rm', '-3', '-o', file, plain], options);
      break;
    }
  }
  return { mediaType: layerMediaType(compression), ...(await measureFile(file)), unpackedSize };
}

async function* counted(pieces: AsyncIterable<Buffer>, onBytes: (bytes: number) => void): AsyncGenerator<Buffer> {
  for await (const piece of pieces) {
    onBytes(piece.length);
    yield piece;
  }
}

async function measureFile(file: string): Promise<Omit<PackedLayer, 'mediaType'>> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const piece of createReadStream(file) as AsyncIterable<Buffer>) {
    hash.update(piece);
    size += piece.length;
  }
  return { digest: toDigest(`sha256:${hash.digest('hex')}`), size };
}
