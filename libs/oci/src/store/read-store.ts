import { basename, join } from 'node:path';
import { DiagnosticError } from '@immutablue/diagnostics';
import * as z from 'zod';
import { readIfThere } from '../files/read-text';
import { toDigest, toImageId, type Digest, type ImageId } from '../reference';
import { storeDirectories, type StoreDirectories } from './store-directories';

declare const brand: unique symbol;

/** containers-storage's name of a layer: the same content on another parent has another ID, and is stored again. */
export type LayerId = string & { readonly [brand]: 'layer-id' };

/** An image as containers-storage has it. */
export interface StoredImage {
  readonly id: ImageId;
  readonly names: readonly string[];
  /** That of its manifest. */
  readonly digest?: string;
  /** The topmost of its layers. */
  readonly layer?: LayerId;
  /** Where containers-storage keeps its manifest and configuration. */
  readonly directory: string;
  readonly access: StoreDirectories['access'];
}

/** A layer as containers-storage has it. */
export interface StoredLayer {
  readonly id: LayerId;
  readonly parent?: LayerId;
  /** Of its archive, uncompressed; a working container's has none. */
  readonly diffId?: Digest;
  /** Uncompressed size: what it takes on the disk. */
  readonly bytes: number;
  /** Where containers-storage describes it. */
  readonly directory: string;
  /** Where its files are, without those of the layers below. */
  readonly content: string;
}

/** The images and layers of a user's stores. */
export interface ImageStore {
  readonly images: readonly StoredImage[];
  readonly layers: ReadonlyMap<LayerId, StoredLayer>;
}

// https://pkg.go.dev/github.com/containers/storage#Image and #Layer, as they are on the disk.
const imagesSchema = z.array(
  z.object({
    id: z.string(),
    digest: z.string().optional(),
    names: z.array(z.string()).nullish(),
    layer: z.string().optional(),
  }),
);
const layersSchema = z.array(
  z.object({
    id: z.string(),
    parent: z.string().optional(),
    'diff-digest': z.string().optional(),
    'diff-size': z.number().optional(),
  }),
);

/** The images of this user's store and of those that it is on top of. Reads a file, where `buildah images` inspects each. */
export async function readImages(): Promise<readonly StoredImage[]> {
  const images: StoredImage[] = [];
  for (const directories of await storeDirectories()) {
    images.push(
      ...(await parsedFile(join(directories.images, 'images.json'), (text) => parseImages(directories, text))),
    );
  }
  return images;
}

/** The images of the store; none when buildah cannot tell them: the next consumer reports why. */
export async function imagesIfAny(): Promise<readonly StoredImage[]> {
  try {
    return await readImages();
  } catch (error) {
    if (error instanceof DiagnosticError) return [];
    throw error;
  }
}

function parseImages({ images: directory, access }: StoreDirectories, text: string): readonly StoredImage[] {
  return imagesSchema.parse(JSON.parse(text)).flatMap(({ id, digest, names, layer }): StoredImage[] =>
    // Other IDs are of images that have no configuration's digest as their ID.
    /^[0-9a-f]{64}$/.test(id)
      ? [
          {
            id: toImageId(id),
            names: names ?? [],
            directory: join(directory, id),
            ...(digest === undefined ? {} : { digest }),
            ...(layer === undefined ? {} : { layer: layer as LayerId }),
            access,
          },
        ]
      : [],
  );
}

/** The layers of this user's store and of those that it is on top of. */
export async function readStoredLayers(): Promise<readonly StoredLayer[]> {
  const layers: StoredLayer[] = [];
  for (const directories of await storeDirectories()) {
    const file = join(directories.layers, 'layers.json');
    layers.push(...(await parsedFile(file, (text) => parseLayers(directories, text))));
  }
  return layers;
}

/** A layer of these stores. @throws {DiagnosticError} `oci/layer-not-found` when there is none. */
export async function requireStoredLayer(diffId: Digest): Promise<StoredLayer> {
  const found = (await readStoredLayers()).find((layer) => layer.diffId === diffId);
  if (found !== undefined) return found;
  throw new DiagnosticError({
    code: 'oci/layer-not-found',
    message: `containers-storage has no record of what the layer \`${diffId}\` holds`,
    notes: (await storeDirectories()).map(({ layers: directory }) => directory),
  });
}

/** The images and layers of this user's store and of those that it is on top of. */
export async function readStore(): Promise<ImageStore> {
  const layers = (await readStoredLayers()).map((layer) => [layer.id, layer] as const);
  return { images: await readImages(), layers: new Map(layers) };
}

function parseLayers({ layers: directory, driver }: StoreDirectories, text: string): readonly StoredLayer[] {
  return layersSchema.parse(JSON.parse(text)).map(({ id, parent, 'diff-digest': diffId, 'diff-size': bytes }) => ({
    id: id as LayerId,
    ...(parent === undefined || parent === '' ? {} : { parent: parent as LayerId }),
    ...(diffId === undefined || diffId === '' ? {} : { diffId: toDigest(diffId) }),
    bytes: bytes ?? 0,
    directory,
    // https://github.com/containers/storage/tree/main/drivers: overlay keeps what a layer adds, vfs the whole root file system.
    content: basename(driver) === 'vfs' ? join(driver, 'dir', id) : join(driver, id, 'diff'),
  }));
}

/** By file, with the text that it was parsed from: one process asks a dozen times, and a store may have hundreds of images. */
const parsed = new Map<string, { readonly text: string; readonly items: readonly unknown[] }>();

/** The items that `parse`, always the same function for a file, makes of it; none where there is no file. */
async function parsedFile<T>(file: string, parse: (text: string) => readonly T[]): Promise<readonly T[]> {
  const text = await readIfThere(file);
  if (text === undefined) return [];
  const known = parsed.get(file);
  if (known?.text === text) return known.items as readonly T[];
  const items = parse(text);
  parsed.set(file, { text, items });
  return items;
}
