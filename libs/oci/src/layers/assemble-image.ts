import { withWorkingFolder } from '../files/working-folder';
import { DiagnosticError } from '@immutablue/diagnostics';
import { runCommand, type CommandOptions } from '../process/process';
import { toDigest, type Digest, type ImageId } from '../reference';
import { readImageConfig, type ImageConfig } from '../store/image-config';
import { contentOf, restoreImage, type ImageContent } from './image-content';
import { writeImageLayout, type LayoutImage, type SizedBlob } from './image-layout';
import { layerSizes } from './read-layers';

export interface AssembledImage {
  /** What the layers are put on. The new image has its configuration: variables, command, labels. */
  readonly parent: ImageId;
  /** The lowest first. */
  readonly ownLayers: readonly Digest[];
  /** What the history says of each of these layers: what has made it. */
  readonly createdBy: string;
  /** Set beside the labels of the parent. */
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * Makes an image of a parent and layers that the store has already: nothing runs, and no layer is written again.
 * The same parent, layers and texts are the same image, whatever the layers were made on and by which program.
 *
 * @returns the ID of the image, which has no name.
 * @throws {DiagnosticError} `oci/image-not-found` when the store has not all of the layers any more.
 */
export async function assembleImage(assembled: AssembledImage, options?: CommandOptions): Promise<ImageId> {
  const sizes = await layerSizes();
  const ownLayers = assembled.ownLayers.map((digest) => {
    const size = sizes.get(digest);
    if (size !== undefined) return { digest, size };
    throw new DiagnosticError({
      code: 'oci/image-not-found',
      message: `the layer \`${digest}\` is not on this machine`,
    });
  });
  const parent = await readImageParts(assembled.parent);
  return restoreImage(composeImage(parent, { ...assembled, ownLayers }), new Map(), options);
}

/** An image with its layers, the lowest first. */
export interface ImageParts {
  readonly config: ImageConfig;
  readonly layers: readonly SizedBlob[];
}

/** An image of the store. @throws {CommandError} when the store has none of this ID. */
export async function readImageParts(image: ImageId): Promise<ImageParts> {
  const [config, sizes] = [await readImageConfig(image), await layerSizes()];
  const layers = config.rootfs.diff_ids.map(toDigest).map((digest) => ({ digest, size: sizes.get(digest) ?? 0 }));
  return { config, layers };
}

/** The content of the image that layers on a parent are; see {@link assembleImage}. Pure. */
export function composeImage(
  parent: ImageParts,
  own: Pick<AssembledImage, 'createdBy' | 'labels'> & { readonly ownLayers: readonly SizedBlob[] },
): ImageContent {
  const layers = [...parent.layers, ...own.ownLayers];
  const { config, history, created } = parent.config;
  const made = own.ownLayers.map(() => ({ created, created_by: own.createdBy }));
  return contentOf(
    {
      ...parent.config,
      config: { ...config, Labels: sortedLabels({ ...config?.Labels, ...own.labels }) },
      rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => digest) },
      history: [...(history ?? []), ...made],
    },
    layers,
  );
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
