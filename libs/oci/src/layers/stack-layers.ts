import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DiagnosticError } from '@immutablue/diagnostics';
import { z } from 'zod';
import { runCommand, type CommandOptions } from '../process';
import { toImageId, type Digest, type ImageId } from '../reference';
import { layerSizes } from './read-layers';

const IMAGE_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const IMAGE_CONFIG = 'application/vnd.oci.image.config.v1+json';
const LAYER = 'application/vnd.oci.image.layer.v1.tar';

// https://github.com/opencontainers/image-spec/blob/main/config.md
const configSchema = z.looseObject({
  created: z.string().optional(),
  config: z.looseObject({ Labels: z.record(z.string(), z.string()).nullish() }).optional(),
  rootfs: z.object({ type: z.literal('layers'), diff_ids: z.array(z.string()) }),
  history: z.array(z.looseObject({ empty_layer: z.boolean().optional() })).nullish(),
});

export interface StackedLayers {
  /** What the layers are put on. */
  readonly parent: ImageId;
  /** The image that has the layers, and the history of them. */
  readonly image: ImageId;
  /** What of that image is put on the parent, the lowest first. */
  readonly ownLayers: readonly Digest[];
  /** Whose configuration the new image gets: variables, command, labels. What the layers were made on may have another. */
  readonly configuration: 'of-parent' | 'of-image';
  /** Set beside the labels of that configuration. */
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * Makes an image of a parent and layers that the store has already: nothing runs, and what the new image shares with others
 * is not written again. It is given to skopeo as an image layout without blobs (layers are found in the store by their
 * diffIDs): https://github.com/opencontainers/image-spec/blob/main/image-layout.md
 *
 * @returns the ID of the image, which has no name.
 * @throws {DiagnosticError} `oci/image-not-found` when the store has not all of the layers any more.
 */
export async function stackLayers(stacked: StackedLayers, options?: CommandOptions): Promise<ImageId> {
  const [parent, image] = [await readConfig(stacked.parent), await readConfig(stacked.image)];
  const diffIds = [...parent.rootfs.diff_ids, ...stacked.ownLayers];
  const sizes = await layerSizes();
  const missing = stacked.ownLayers.find((layer) => !sizes.has(layer));
  if (missing !== undefined) {
    throw new DiagnosticError({
      code: 'oci/image-not-found',
      message: `the layer \`${missing}\` is not on this machine`,
    });
  }
  const base = stacked.configuration === 'of-parent' ? parent : image;
  const config = {
    ...base,
    created: parent.created,
    config: { ...base.config, Labels: sorted({ ...base.config?.Labels, ...stacked.labels }) },
    rootfs: { type: 'layers', diff_ids: diffIds },
    history: [...(parent.history ?? []), ...(image.history ?? []).slice(-stacked.ownLayers.length)],
  };
  const directory = await mkdtemp(join(tmpdir(), 'immutablue-image-'));
  try {
    const configBlob = await writeBlob(directory, config);
    const manifest = {
      schemaVersion: 2,
      mediaType: IMAGE_MANIFEST,
      config: { mediaType: IMAGE_CONFIG, ...configBlob },
      layers: diffIds.map((digest) => ({ mediaType: LAYER, digest, size: sizes.get(digest as Digest) ?? 0 })),
    };
    const manifestBlob = await writeBlob(directory, manifest);
    const index = { schemaVersion: 2, manifests: [{ mediaType: IMAGE_MANIFEST, ...manifestBlob }] };
    await writeFile(join(directory, 'index.json'), JSON.stringify(index));
    await writeFile(join(directory, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
    const id = toImageId(configBlob.digest);
    await runCommand(['skopeo', 'copy', '--quiet', `oci:${directory}`, `containers-storage:@${id}`], options);
    return id;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function readConfig(image: ImageId) {
  const { stdout } = await runCommand(['skopeo', 'inspect', '--config', `containers-storage:@${image}`]);
  return configSchema.parse(JSON.parse(stdout));
}

async function writeBlob(directory: string, content: unknown): Promise<{ digest: string; size: number }> {
  const bytes = Buffer.from(JSON.stringify(content));
  const hash = createHash('sha256').update(bytes).digest('hex');
  const blobs = join(directory, 'blobs', 'sha256');
  await mkdir(blobs, { recursive: true });
  await writeFile(join(blobs, hash), bytes);
  return { digest: `sha256:${hash}`, size: bytes.length };
}

function sorted(labels: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).sort(([left], [right]) => (left < right ? -1 : 1)));
}
