import { withWorkingFolder } from '../files/working-folder';
import { DiagnosticError } from '@immutablue/diagnostics';
import { runCommand, type CommandOptions } from '../process/process';
import { toDigest, type Digest, type ImageId } from '../reference';
import { readImageConfig, type ImageConfig } from '../store/image-config';
import { writeImageLayout, type LayoutImage } from './image-layout';
import { layerSizes } from './read-layers';

export interface AssembledImage {
  /** What the layers are put on. */
  readonly parent: ImageId;
  /** The image that has the layers, and the history of them; or its configuration, where the store has it not. */
  readonly image: ImageId | ImageConfig;
  /** The layers of that image that are put on the parent, the lowest first. */
  readonly ownLayers: readonly Digest[];
  /** Whose configuration the new image gets: variables, command, labels. What the layers were made on may have another. */
  readonly configuration: 'of-parent' | 'of-image';
  /** Set beside the labels of that configuration. */
  readonly labels: Readonly<Record<string, string>>;
  /** Files of the layers that the store has not, uncompressed, on the file system of temporary files. */
  readonly archives?: ReadonlyMap<Digest, LayerFile>;
}

/** An archive of a layer. */
export interface LayerFile {
  readonly path: string;
  /** In bytes. */
  readonly size: number;
}

/**
 * Makes an image of a parent and layers that the store has already, or is given: nothing runs, and no layer is written again.
 *
 * @returns the ID of the image, which has no name.
 * @throws {DiagnosticError} `oci/image-not-found` when the store has not all of the layers any more.
 */
export async function assembleImage(assembled: AssembledImage, options?: CommandOptions): Promise<ImageId> {
  const parent = await readImageConfig(assembled.parent);
  const image = typeof assembled.image === 'string' ? await readImageConfig(assembled.image) : assembled.image;
  const diffIds = [...parent.rootfs.diff_ids.map(toDigest), ...assembled.ownLayers];
  const sizes = await layerSizes();
  const { archives = new Map<Digest, LayerFile>() } = assembled;
  const missing = assembled.ownLayers.find((layer) => !sizes.has(layer) && !archives.has(layer));
  if (missing !== undefined) {
    throw new DiagnosticError({
      code: 'oci/image-not-found',
      message: `the layer \`${missing}\` is not on this machine`,
    });
  }
  const base = assembled.configuration === 'of-parent' ? parent : image;
  const config = {
    ...base,
    created: parent.created,
    config: { ...base.config, Labels: sortedLabels({ ...base.config?.Labels, ...assembled.labels }) },
    rootfs: { type: 'layers' as const, diff_ids: diffIds },
    history: [...(parent.history ?? []), ...(image.history ?? []).slice(-assembled.ownLayers.length)],
  };
  const layers = diffIds.map((digest) => {
    const file = archives.get(digest);
    if (sizes.has(digest) || file === undefined) return { digest, size: sizes.get(digest) ?? 0 };
    return { digest, size: file.size, archive: file.path };
  });
  return storeImage({ config, layers }, options);
}

/**
 * Puts an image into the store, without a name unless one is given. Layers without an archive are those that the store has.
 *
 * @returns its ID: the digest of its configuration.
 */
export async function storeImage(
  { name = '', ...image }: LayoutImage & { readonly name?: string },
  options?: CommandOptions,
): Promise<ImageId> {
  return withWorkingFolder('image', async (directory) => {
    const id = await writeImageLayout(directory, image);
    await runCommand(['skopeo', 'copy', '--quiet', `oci:${directory}`, `containers-storage:${name}@${id}`], options);
    return id;
  });
}

/** Labels in the order of their names: the order is part of the image's digest. */
function sortedLabels(labels: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).sort(([left], [right]) => (left < right ? -1 : 1)));
}
