import type { LayerId } from '@immutablue/oci';
import type { Inventory, OwnImage } from './inventory';

/** What the images of a variant take on the disk, in bytes. */
export interface VariantUsage {
  readonly variant: string;
  readonly images: number;
  /** Layers of images that stay. */
  readonly needed: number;
  /** Layers of unneeded images alone. */
  readonly unneeded: number;
}

/**
 * The layers of this workspace's images in the store, each with its variant: one that several images share counts once. Pure.
 */
export function ownedLayers({ own, otherLayers }: Inventory): ReadonlyMap<LayerId, string> {
  const owners = new Map<LayerId, string>();
  const give = (layer: LayerId, { variant }: OwnImage) => {
    if (!owners.has(layer)) owners.set(layer, variant);
  };
  for (const image of own) for (const layer of image.ownLayers) give(layer, image);
  // The layers of a parent that is gone count for the images on it.
  for (const image of own) {
    for (const layer of image.layers) if (!otherLayers.has(layer)) give(layer, image);
  }
  return owners;
}

/** What each variant takes, in the order of their names. Pure. */
export function usageOf(inventory: Inventory): readonly VariantUsage[] {
  const owners = ownedLayers(inventory);
  const staying = new Set(
    inventory.own.filter(({ retention }) => retention !== 'unneeded').flatMap(({ layers }) => layers),
  );
  const variants = [...new Set([...inventory.own.map(({ variant }) => variant), ...owners.values()])].sort();
  return variants.map((variant) => {
    const layers = [...owners].flatMap(([layer, owner]) => (owner === variant ? [layer] : []));
    const bytes = (wanted: readonly LayerId[]) => wanted.reduce((sum, layer) => sum + inventory.bytesOf(layer), 0);
    const isStaying = (layer: LayerId) => staying.has(layer) || inventory.otherLayers.has(layer);
    return {
      variant,
      images: inventory.own.filter((image) => image.variant === variant).length,
      needed: bytes(layers.filter(isStaying)),
      unneeded: bytes(layers.filter((layer) => !isStaying(layer))),
    };
  });
}
