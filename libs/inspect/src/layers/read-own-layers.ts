import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { DiagnosticError } from '@immutablue/diagnostics';
import { readIfThere, runCommand, type Digest } from '@immutablue/oci';
import { z } from 'zod';
import { ownLayer, type OwnLayer } from './own-layer';
import { readTarSplit } from './tar-split';

const infoSchema = z.object({
  store: z.object({
    GraphRoot: z.string(),
    GraphDriverName: z.string(),
    /** `overlay.imagestore=<path>` for each store of images that is used besides. */
    GraphOptions: z.array(z.string()).nullish(),
  }),
});

const layersSchema = z.array(z.object({ id: z.string(), 'diff-digest': z.string().optional() }));

const IMAGE_STORE = /^\w+\.imagestore=(?<path>.+)$/;

/**
 * Reads what layers hold out of containers-storage; that is a matter of milliseconds, where a copy of an image takes minutes.
 *
 * @throws {DiagnosticError} `test/not-run` when the store has no record of one of them.
 */
export async function readOwnLayers(diffIds: readonly Digest[]): Promise<readonly OwnLayer[]> {
  const directories = await layerDirectories();
  const layers: OwnLayer[] = [];
  for (const diffId of diffIds) {
    const text = await findTarSplit(directories, diffId);
    if (text === undefined) {
      throw new DiagnosticError({
        code: 'test/not-run',
        message: `containers-storage has no record of what the layer \`${diffId}\` holds`,
        notes: directories,
      });
    }
    layers.push(ownLayer(diffId, readTarSplit(text)));
  }
  return layers;
}

/** Where containers-storage describes its layers: in this user's store, and in those that it is on top of. */
async function layerDirectories(): Promise<string[]> {
  const { store } = infoSchema.parse(JSON.parse((await runCommand(['buildah', 'info'])).stdout));
  const others = (store.GraphOptions ?? []).flatMap((option) => IMAGE_STORE.exec(option)?.groups?.['path'] ?? []);
  return [store.GraphRoot, ...others].map((root) => join(root, `${store.GraphDriverName}-layers`));
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
