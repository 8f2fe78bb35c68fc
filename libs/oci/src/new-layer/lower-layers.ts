import { lstat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readIfThere } from '../files';
import type { ImageId } from '../reference';
import { readStore, type LayerId } from '../store/read-store';
import { storeDirectories } from '../store/store-directories';

/** The layers of an image as overlayfs can be given them. */
export interface LowerLayers {
  /** The folder that `links` are relative to. */
  readonly driver: string;
  /** A short name for each layer, the topmost first: the options of a mount have to fit into a page of memory. */
  readonly links: readonly string[];
}

/**
 * Where the layers of an image are. Undefined where overlayfs cannot be given them as they are: with another driver, in a user
 * namespace, for layers of other stores or such as are kept in another form (composefs).
 */
export async function lowerLayers(image: ImageId): Promise<LowerLayers | undefined> {
  const [own] = await storeDirectories();
  if (own?.layerFormat !== 'overlay') return undefined;
  const { images, layers } = await readStore();
  const links: string[] = [];
  let layer: LayerId | undefined = images.find(({ id, access }) => id === image && access === 'own')?.layer;
  if (layer === undefined) return undefined;
  for (; layer !== undefined; layer = layers.get(layer)?.parent) {
    const directory = join(own.driver, layer);
    // containers-storage makes this link for the same purpose.
    const link = await readIfThere(join(directory, 'link'));
    if (link === undefined || (await isThere(join(directory, 'composefs-data')))) return undefined;
    links.push(join('l', link.trim()));
  }
  return { driver: own.driver, links };
}

/** Where things are made that become layers: on the file system of the store, by the name that containers-storage has for such a folder. */
export async function workDirectory(): Promise<string | undefined> {
  const [own] = await storeDirectories();
  return own && join(dirname(own.driver), 'tmp');
}

async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
