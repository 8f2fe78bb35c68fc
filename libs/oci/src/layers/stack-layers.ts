import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DiagnosticError } from '@immutablue/diagnostics';
import type { CommandOptions } from '../process';
import { toDigest, type Digest, type ImageId } from '../reference';
import { readImageConfig } from '../store/image-config';
import { sortedLabels, storeImage } from './image-layout';
import { layerSizes } from './read-layers';

export interface AssembledImage {
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
 * is not written again.
 *
 * @returns the ID of the image, which has no name.
 * @throws {DiagnosticError} `oci/image-not-found` when the store has not all of the layers any more.
 */
export async function assembleImage(stacked: AssembledImage, options?: CommandOptions): Promise<ImageId> {
  const [parent, image] = [await readImageConfig(stacked.parent), await readImageConfig(stacked.image)];
  const diffIds = [...parent.rootfs.diff_ids.map(toDigest), ...stacked.ownLayers];
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
    config: { ...base.config, Labels: sortedLabels({ ...base.config?.Labels, ...stacked.labels }) },
    rootfs: { type: 'layers' as const, diff_ids: diffIds },
    history: [...(parent.history ?? []), ...(image.history ?? []).slice(-stacked.ownLayers.length)],
  };
  const layers = diffIds.map((digest) => ({ digest, size: sizes.get(digest) ?? 0 }));
  const directory = await mkdtemp(join(tmpdir(), 'immutablue-image-'));
  try {
    return await storeImage({ config, layers }, directory, options);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
