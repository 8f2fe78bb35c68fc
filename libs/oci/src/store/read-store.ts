import { join } from 'node:path';
import { z } from 'zod';
import { readIfThere } from '../files';
import { toImageId, type ImageId } from '../reference';
import { storeDirectories, type StoreDirectories } from './store-directories';

declare const brand: unique symbol;

/** How containers-storage names a layer on its place: the same content on another layer is another one, stored again. */
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
  /** What it holds, uncompressed: what it takes on the disk. */
  readonly bytes: number;
}

/** All that the stores of a user have. */
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
  z.object({ id: z.string(), parent: z.string().optional(), 'diff-size': z.number().optional() }),
);

/** The images of this user's store and of those that it is on top of. A file read, where `buildah images` looks into each. */
export async function readImages(): Promise<readonly StoredImage[]> {
  const images: StoredImage[] = [];
  for (const directories of await storeDirectories()) {
    const text = await readIfThere(join(directories.images, 'images.json'));
    if (text !== undefined) images.push(...parseImages(directories, text));
  }
  return images;
}

/** What each file said when it was last read: one process asks a dozen times, and a store may have hundreds of images. */
const parsed = new Map<string, { readonly text: string; readonly images: readonly StoredImage[] }>();

function parseImages({ images: directory, access }: StoreDirectories, text: string): readonly StoredImage[] {
  const known = parsed.get(directory);
  if (known?.text === text) return known.images;
  const images: StoredImage[] = [];
  for (const { id, digest, names, layer } of imagesSchema.parse(JSON.parse(text))) {
    // Another kind of image that the user keeps there.
    if (!/^[0-9a-f]{64}$/.test(id)) continue;
    images.push({
      id: toImageId(id),
      names: names ?? [],
      directory: join(directory, id),
      ...(digest === undefined ? {} : { digest }),
      ...(layer === undefined ? {} : { layer: layer as LayerId }),
      access,
    });
  }
  parsed.set(directory, { text, images });
  return images;
}

/** The images and layers of this user's store and of those that it is on top of. */
export async function readStore(): Promise<ImageStore> {
  const images = await readImages();
  const layers = new Map<LayerId, StoredLayer>();
  for (const { layers: directory } of await storeDirectories()) {
    const text = await readIfThere(join(directory, 'layers.json'));
    for (const { id, parent, 'diff-size': bytes } of layersSchema.parse(JSON.parse(text ?? '[]'))) {
      layers.set(id as LayerId, {
        id: id as LayerId,
        ...(parent === undefined || parent === '' ? {} : { parent: parent as LayerId }),
        bytes: bytes ?? 0,
      });
    }
  }
  return { images, layers };
}
