import type { ImageId, ImageStore, LayerId } from '@immutablue/oci';
import { takeInventory, type Inventory, type InventoryInput } from '../gc/inventory';

/** An image of a store of a spec. */
export interface GivenImage {
  readonly id: string;
  /** The lowest first, each with its bytes. Equal names on equal layers are one layer. */
  readonly layers: readonly (readonly [name: string, bytes: number])[];
  readonly names?: readonly string[];
  readonly access?: 'own' | 'below';
  /** The variant that it was built for here; not recorded when not given. */
  readonly variant?: string;
  readonly parentLayers?: number;
  readonly usedAt?: number;
}

/** A store with these images, and what is known of them. */
export function inventoryOf(
  images: readonly GivenImage[],
  known: Partial<Pick<InventoryInput, 'needed' | 'inUse' | 'isOurName'>> = {},
): Inventory {
  const layers = new Map<LayerId, ImageStore['layers'] extends ReadonlyMap<LayerId, infer Layer> ? Layer : never>();
  const stored = images.map((image) => {
    let top: LayerId | undefined;
    for (const [name, bytes] of image.layers) {
      const id = `${top ?? ''}/${name}` as LayerId;
      layers.set(id, {
        id,
        bytes,
        content: '',
        directory: '/store/layers',
        ...(top === undefined ? {} : { parent: top }),
      });
      top = id;
    }
    return {
      id: image.id as ImageId,
      names: image.names ?? [],
      directory: `/store/images/${image.id}`,
      access: image.access ?? ('own' as const),
      ...(top === undefined ? {} : { layer: top }),
    };
  });
  return takeInventory({
    store: { images: stored, layers },
    made: images.flatMap(({ id, variant, parentLayers = 1, usedAt = 0 }) =>
      variant === undefined ? [] : [{ id: id as ImageId, variant, parentLayers, madeAt: usedAt }],
    ),
    needed: new Set(),
    inUse: new Set(),
    isOurName: (name) => name.startsWith('ours'),
    usedAt: new Map(),
    ...known,
  });
}
