import type { Digest, PackedLayer } from '@immutablue/oci';

/** Where a layer is that the repository has to have. */
export type Whereabouts =
  | { readonly kind: 'present' }
  /** Another repository of the registry has it: no byte is sent. */
  | { readonly kind: 'mountable'; readonly from: string }
  | { readonly kind: 'missing' };

/** A layer of the image, as the registry is to have it. */
export interface PlannedLayer {
  readonly diffId: Digest;
  readonly packed: PackedLayer;
  readonly whereabouts: Whereabouts;
}

/** How many bytes are sent for these layers. */
export function bytesToSend(layers: readonly PlannedLayer[]): number {
  return layers
    .filter(({ whereabouts }) => whereabouts.kind === 'missing')
    .reduce((sum, { packed }) => sum + packed.size, 0);
}
