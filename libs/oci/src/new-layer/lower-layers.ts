import { dirname, join, relative } from 'node:path';
import { namesIn, readIfThere } from '../files';
import type { ImageId } from '../reference';
import { readStore, type LayerId } from '../store/read-store';
import { storeDirectories, type StoreDirectories } from '../store/store-directories';

/** The layers of an image as overlayfs can be given them. */
export interface LowerLayers {
  /** The folder of the store's driver, which `paths` are relative to. */
  readonly driver: string;
  /** A short path for each layer, the topmost first: the options of a mount have to fit into a page of memory. */
  readonly paths: readonly [string, ...string[]];
}

/**
 * Where the layers of an image are. Undefined where overlayfs cannot be given them as they are: with another driver, in a user
 * namespace, or when layers are kept in another form (composefs).
 */
export async function lowerLayers(image: ImageId): Promise<LowerLayers | undefined> {
  const stores = await storeDirectories();
  const [own] = stores;
  if (own === undefined || stores.some(({ layerFormat }) => layerFormat !== 'overlay')) return undefined;
  const { images, layers } = await readStore();
  const paths: string[] = [];
  for (
    let layer: LayerId | undefined = images.find(({ id }) => id === image)?.layer;
    layer !== undefined;
    layer = layers.get(layer)?.parent
  ) {
    const path = await pathOf(layer, stores);
    if (path === undefined) return undefined;
    paths.push(path.startsWith(`${own.driver}/`) ? relative(own.driver, path) : path);
  }
  const [top, ...others] = paths;
  return top === undefined ? undefined : { driver: own.driver, paths: [top, ...others] };
}

/** By the link that containers-storage makes for the same purpose. */
async function pathOf(layer: LayerId, stores: readonly StoreDirectories[]): Promise<string | undefined> {
  for (const { driver } of stores) {
    const link = await readIfThere(join(driver, layer, 'link'));
    if (link === undefined) continue;
    const isComposefs = (await namesIn(join(driver, layer))).includes('composefs-data');
    return isComposefs ? undefined : join(driver, 'l', link.trim());
  }
  return undefined;
}

/** Where things are made that become layers: on the file system of the store, by the name that containers-storage has for such a folder. */
export async function workDirectory(): Promise<string | undefined> {
  const [own] = await storeDirectories();
  return own && join(dirname(own.driver), 'tmp');
}
