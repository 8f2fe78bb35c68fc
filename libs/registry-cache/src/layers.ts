import { constants } from 'node:buffer';
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import {
  hasListing,
  layerSizes,
  packLayer,
  parseListing,
  readListing,
  withWorkingFolder,
  type Digest,
  type Layer,
  type LayerFile,
} from '@immutablue/oci';
import {
  readBlob,
  sourceOfBytes,
  sourceOfFile,
  uploadBlob,
  type BlobSource,
  type Repository,
} from '@immutablue/registry';
import { refused, type LayerBlobs } from './entry';

/** No list of what a layer holds is larger, uncompressed: some 500 bytes for a file. A text cannot be. */
const LISTING_BYTES = constants.MAX_STRING_LENGTH;

/**
 * Fetches a layer into a file, uncompressed.
 *
 * @throws {DiagnosticError} `cache/refused-entry` when it is not the layer of that diffID, and size; `registry/…`.
 */
export async function fetchLayer(
  repository: Repository,
  diffId: Digest,
  { archive, size }: Required<LayerBlobs>,
  directory: string,
  signal: AbortSignal,
): Promise<LayerFile> {
  const path = join(directory, diffId.replace(':', '-'));
  const hash = createHash('sha256');
  let bytes = 0;
  const checked = async function* (pieces: AsyncIterable<Buffer>) {
    for await (const piece of pieces) {
      bytes += piece.length;
      // A few kilobytes can become any number.
      if (bytes > size) throw refused(`the layer \`${diffId}\` is larger than it says`);
      hash.update(piece);
      yield piece;
    }
  };
  await readingLayer(diffId, () =>
    pipeline(readBlob(repository, archive, { signal }), createGunzip(), checked, createWriteStream(path), { signal }),
  );
  if (diffId !== `sha256:${hash.digest('hex')}`) throw refused(`the layer \`${diffId}\` has another content`);
  return { path, size: bytes };
}

/** What a layer holds. @throws as {@link fetchLayer} does. */
export async function fetchListing(
  repository: Repository,
  diffId: Digest,
  { listing }: LayerBlobs,
  signal: AbortSignal,
): Promise<Layer> {
  const bytes = await buffer(readBlob(repository, listing, { signal }));
  return readingLayer(diffId, () => parseListing(diffId, bytes, LISTING_BYTES));
}

/** Anything may be in what others have written: what zlib and parsers say of it is not a fault of this machine. */
async function readingLayer<T>(diffId: Digest, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    const { code = '', name } = error as NodeJS.ErrnoException;
    const isOfContent = /^Z_|^ERR_BUFFER_TOO_LARGE$/.test(code) || ['ZodError', 'SyntaxError'].includes(name);
    if (isOfContent) throw refused(`the layer \`${diffId}\`, or what it says to hold, is damaged`);
    throw error;
  }
}

/** A layer as a repository has it, and how many bytes of it were sent. */
export interface PushedLayer {
  readonly blobs: LayerBlobs;
  readonly sent: number;
}

/** Has a repository have a layer of the store. */
export async function pushLayer(repository: Repository, diffId: Digest, signal: AbortSignal): Promise<PushedLayer> {
  return withWorkingFolder('layer', async (directory) => {
    const path = join(directory, 'layer.tar.gz');
    const { digest, size, unpackedSize } = await packLayer(diffId, 'gzip', path, { signal });
    const archive = { digest, size };
    const listing = sourceOfBytes(await readListing(diffId));
    const sent = await upload(repository, [sourceOfFile(path, archive), listing], signal);
    return { blobs: { archive, listing: { digest: listing.digest, size: listing.size }, size: unpackedSize }, sent };
  });
}

/** Has a repository have what a layer of the store holds, without the layer; undefined when the store does not say. */
export async function pushListing(
  repository: Repository,
  diffId: Digest,
  signal: AbortSignal,
): Promise<PushedLayer | undefined> {
  if (!(await hasListing(diffId))) return undefined;
  const listing = sourceOfBytes(await readListing(diffId));
  const sent = await upload(repository, [listing], signal);
  const size = (await layerSizes()).get(diffId) ?? 0;
  return { blobs: { listing: { digest: listing.digest, size: listing.size }, size }, sent };
}

/** @returns how many bytes were sent. */
async function upload(repository: Repository, sources: readonly BlobSource[], signal: AbortSignal): Promise<number> {
  let sent = 0;
  for (const source of sources) {
    if ((await uploadBlob(repository, source, { signal })) === 'uploaded') sent += source.size;
  }
  return sent;
}
