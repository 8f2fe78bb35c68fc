import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Digest } from '../reference';
import { readStoredLayers, requireStoredLayer } from '../store/read-store';
import { toLayer, type Layer } from './layer';
import { readTarSplit } from './tar-split';

/**
 * Reads the content of layers from the records of containers-storage: milliseconds, where a copy of an image takes minutes.
 *
 * @throws {DiagnosticError} `oci/layer-not-found` when the store has no record of one of them.
 */
export async function readLayers(diffIds: readonly Digest[]): Promise<readonly Layer[]> {
  const layers: Layer[] = [];
  for (const diffId of diffIds) {
    const found = await requireStoredLayer(diffId);
    const compressed = await readFile(join(found.directory, `${found.id}.tar-split.gz`));
    layers.push(toLayer(diffId, readTarSplit((await promisify(gunzip)(compressed)).toString())));
  }
  return layers;
}

/** The uncompressed size of each layer that a store of this user has, by diffID. */
export async function layerSizes(): Promise<ReadonlyMap<Digest, number>> {
  return new Map(
    (await readStoredLayers()).flatMap(({ diffId, bytes }) => (diffId === undefined ? [] : [[diffId, bytes]])),
  );
}
