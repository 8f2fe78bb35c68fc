import type { LayerId } from '@immutablue/oci';
import type { Inventory, OwnImage } from './inventory';
import { ownedLayers } from './usage';

/** What is to be removed, and what that leaves. */
export interface Selection {
  /** The one that was used last is the last of them. */
  readonly removed: readonly OwnImage[];
  /** Bytes of all layers of this workspace's images, before and after. */
  readonly before: number;
  readonly after: number;
}

/**
 * Chooses which of the images that nothing asks for are removed so that all of this workspace's take no more than `limit`
 * bytes: the one that was used longest ago first, and none whose removal would free nothing. Pure.
 */
export function selectRemovals(inventory: Inventory, limit: number): Selection {
  const owned = ownedLayers(inventory);
  const holders = new Map<LayerId, number>();
  for (const layer of inventory.otherLayers) holders.set(layer, 1);
  for (const { layers } of inventory.own) {
    for (const layer of layers) holders.set(layer, (holders.get(layer) ?? 0) + 1);
  }
  const bytesOf = (layer: LayerId) => (owned.has(layer) ? inventory.bytesOf(layer) : 0);
  const before = [...owned.keys()].reduce((sum, layer) => sum + bytesOf(layer), 0);

  let after = before;
  const removed: OwnImage[] = [];
  const oldestFirst = inventory.own
    .filter(({ retention }) => retention === 'unneeded')
    .sort((left, right) => left.usedAt - right.usedAt || (left.id < right.id ? -1 : 1));
  for (const image of oldestFirst) {
    if (after <= limit) break;
    for (const layer of image.layers) after -= release(layer);
    removed.push(image);
  }
  // What frees nothing, because others hold its layers, may as well stay.
  const kept = new Set<OwnImage>();
  for (const image of removed.toReversed()) {
    if (image.layers.some((layer) => holders.get(layer) === 0 && bytesOf(layer) > 0)) continue;
    for (const layer of image.layers) holders.set(layer, (holders.get(layer) ?? 0) + 1);
    kept.add(image);
  }
  return { removed: removed.filter((image) => !kept.has(image)), before, after };

  /** @returns the bytes that this frees. */
  function release(layer: LayerId): number {
    const left = (holders.get(layer) ?? 1) - 1;
    holders.set(layer, left);
    return left === 0 ? bytesOf(layer) : 0;
  }
}
