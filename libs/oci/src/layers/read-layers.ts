import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip, type ZlibOptions } from 'node:zlib';
import type { Digest } from '../reference';
import { statIfThere } from '../files/files';
import { readStoredLayers, requireStoredLayer, type StoredLayer } from '../store/read-store';
import { toLayer, type Layer } from './layer';
import { readTarSplit } from './tar-split';

/**
 * Reads the content of layers from the records of containers-storage: milliseconds, where a copy of an image takes minutes.
 *
 * @throws {DiagnosticError} `oci/layer-not-found` when the store has no record of one of them.
 */
export async function readLayers(diffIds: readonly Digest[]): Promise<readonly Layer[]> {
  const layers: Layer[] = [];
  for (const diffId of diffIds) layers.push(await parseListing(diffId, await readListing(diffId)));
  return layers;
}

/** What a layer of the store holds, as containers-storage has it: its tar-split, compressed by gzip. @throws as {@link readLayers}. */
export async function readListing(diffId: Digest): Promise<Buffer> {
  const found = await requireStoredLayer(diffId);
  return readFile(listingFile(found));
}

/** Whether the store says what a layer holds: one that was not unpacked from an archive has no such record. */
export async function hasListing(diffId: Digest): Promise<boolean> {
  return (await statIfThere(listingFile(await requireStoredLayer(diffId)))) !== undefined;
}

function listingFile({ directory, id }: StoredLayer): string {
  return join(directory, `${id}.tar-split.gz`);
}

/**
 * The content of a layer from what {@link readListing} gives.
 *
 * @param most bytes that it may be, uncompressed. @throws {Error} when it is none, or is larger.
 */
export async function parseListing(diffId: Digest, listing: Buffer, most?: number): Promise<Layer> {
  const text = await promisify<Buffer, ZlibOptions, Buffer>(gunzip)(
    listing,
    most === undefined ? {} : { maxOutputLength: most },
  );
  return toLayer(diffId, readTarSplit(text.toString()));
}

/** The uncompressed size of each layer that a store of this user has, by diffID. */
export async function layerSizes(): Promise<ReadonlyMap<Digest, number>> {
  return new Map(
    (await readStoredLayers()).flatMap(({ diffId, bytes }) => (diffId === undefined ? [] : [[diffId, bytes]])),
  );
}
