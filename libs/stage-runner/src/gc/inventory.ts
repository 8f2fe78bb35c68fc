import type { ImageId, ImageStore, LayerId, StoredImage } from '@immutablue/oci';

/** Why an image stays, or that it is unneeded. */
export type Retention =
  /** The workspace as it is now needs it. */
  | 'needed'
  /** A container stands on it. */
  | 'in-use'
  /** It has a name that is not the workspace's. */
  | 'named'
  | 'unneeded';

/** An image that builds of this workspace have made. */
export interface RecordedImage {
  readonly id: ImageId;
  readonly variant: string;
  /** How many of its layers, from the lowest, are its parent's. */
  readonly parentLayers: number;
  /** In milliseconds since 1970. */
  readonly madeAt: number;
}

/** An image of this workspace in the store. */
export interface OwnImage {
  readonly id: ImageId;
  readonly variant: string;
  readonly names: readonly string[];
  readonly retention: Retention;
  /** In milliseconds since 1970. */
  readonly usedAt: number;
  /** All its layers, the topmost first. */
  readonly layers: readonly LayerId[];
  /** Those of them that its parent does not have. */
  readonly ownLayers: readonly LayerId[];
}

/** The images of the store: this workspace's, and the layers of others. */
export interface Inventory {
  readonly own: readonly OwnImage[];
  /** The layers of all other images. */
  readonly otherLayers: ReadonlySet<LayerId>;
  readonly bytesOf: (layer: LayerId) => number;
}

export interface InventoryInput {
  readonly store: ImageStore;
  readonly made: readonly RecordedImage[];
  readonly needed: ReadonlySet<string>;
  /** Images that containers stand on. */
  readonly inUse: ReadonlySet<string>;
  readonly isOurName: (name: string) => boolean;
  /** When a result with the image was used last, in milliseconds since 1970. */
  readonly usedAt: ReadonlyMap<string, number>;
}

/** Sorts the images of the store into this workspace's and others. Pure. */
export function takeInventory(input: InventoryInput): Inventory {
  const { store } = input;
  const made = new Map(input.made.map((image) => [image.id, image]));
  const own: OwnImage[] = [];
  const otherLayers = new Set<LayerId>();
  for (const stored of store.images) {
    const known = made.get(stored.id);
    const layers = chainOf(store, stored);
    if (known === undefined || stored.access === 'below') {
      for (const layer of layers) otherLayers.add(layer);
      continue;
    }
    own.push({
      id: stored.id,
      variant: known.variant,
      names: stored.names,
      retention: retentionOf(stored, input),
      usedAt: Math.max(known.madeAt, input.usedAt.get(stored.id) ?? 0),
      layers,
      ownLayers: layers.slice(0, Math.max(0, layers.length - known.parentLayers)),
    });
  }
  return { own, otherLayers, bytesOf: (layer) => store.layers.get(layer)?.bytes ?? 0 };
}

function retentionOf(image: StoredImage, input: InventoryInput): Retention {
  if (input.needed.has(image.id)) return 'needed';
  if (input.inUse.has(image.id)) return 'in-use';
  return image.names.every(input.isOurName) ? 'unneeded' : 'named';
}

function chainOf({ layers }: ImageStore, image: StoredImage): readonly LayerId[] {
  const chain: LayerId[] = [];
  for (let layer = image.layer; layer !== undefined; layer = layers.get(layer)?.parent) chain.push(layer);
  return chain;
}
