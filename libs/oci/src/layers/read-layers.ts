import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { DiagnosticError } from '@immutablue/diagnostics';
import { readIfThere } from '../files';
import { toDigest, type Digest } from '../reference';
import { z } from 'zod';
import { toLayer, type Layer } from './layer';
import { storeDirectories } from '../store/store-directories';
import { readTarSplit } from './tar-split';

const layersSchema = z.array(
  z.object({ id: z.string(), 'diff-digest': z.string().optional(), 'diff-size': z.number().optional() }),
);

/**
 * Reads what layers hold out of containers-storage; that is a matter of milliseconds, where a copy of an image takes minutes.
 *
 * @throws {DiagnosticError} `oci/layer-not-found` when the store has no record of one of them.
 */
export async function readLayers(diffIds: readonly Digest[]): Promise<readonly Layer[]> {
  const directories = await layerDirectories();
  const layers: Layer[] = [];
  for (const diffId of diffIds) {
    const text = await findTarSplit(directories, diffId);
    if (text === undefined) {
      throw new DiagnosticError({
        code: 'oci/layer-not-found',
        message: `containers-storage has no record of what the layer \`${diffId}\` holds`,
        notes: directories,
      });
    }
    layers.push(toLayer(diffId, readTarSplit(text)));
  }
  return layers;
}

/** Where containers-storage describes its layers: in this user's store, and in those that it is on top of. */
async function layerDirectories(): Promise<string[]> {
  return (await storeDirectories()).map(({ layers }) => layers);
}

async function findTarSplit(directories: readonly string[], diffId: Digest): Promise<string | undefined> {
  for (const directory of directories) {
    const text = await readIfThere(join(directory, 'layers.json'));
    if (text === undefined) continue;
    const layer = layersSchema.parse(JSON.parse(text)).find((candidate) => candidate['diff-digest'] === diffId);
    if (layer === undefined) continue;
    const compressed = await readFile(join(directory, `${layer.id}.tar-split.gz`));
    return (await promisify(gunzip)(compressed)).toString();
  }
  return undefined;
}

/** The uncompressed size of each layer that a store of this user has, by diffID. */
export async function layerSizes(): Promise<ReadonlyMap<Digest, number>> {
  const sizes = new Map<Digest, number>();
  for (const directory of await layerDirectories()) {
    const text = await readIfThere(join(directory, 'layers.json'));
    for (const layer of layersSchema.parse(JSON.parse(text ?? '[]'))) {
      const digest = layer['diff-digest'];
      if (digest !== undefined) sizes.set(toDigest(digest), layer['diff-size'] ?? 0);
    }
  }
  return sizes;
}
