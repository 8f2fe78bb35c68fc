import type { Digest } from '@immutablue/oci';
import type { UploadOutcome } from '@immutablue/registry';
import type { PlannedLayer } from './layers/model';
import type { Destination, PublishedImage } from './model';

/** What happens while an image is published. Text is made of it in `report/words.ts`. */
export type PublishEvent =
  | { readonly kind: 'waiting'; readonly holder: string }
  | { readonly kind: 'packing'; readonly diffId: Digest }
  | { readonly kind: 'sending'; readonly layer: PlannedLayer; readonly bytes: number }
  | { readonly kind: 'layer'; readonly layer: PlannedLayer; readonly outcome: UploadOutcome }
  | { readonly kind: 'image-stored'; readonly image: PublishedImage }
  | { readonly kind: 'documents-stored'; readonly names: readonly string[] }
  /** The tag that hosts follow stood for something else, which cannot be compared. */
  | { readonly kind: 'no-release-note' }
  /** What the image was built on is not what hosts get of its parent: what it stands on cannot be proven. */
  | { readonly kind: 'parent-not-published'; readonly parent: string }
  | { readonly kind: 'attested' }
  | { readonly kind: 'signed' }
  /** nx.json names no key: hosts take what anybody has put there. */
  | { readonly kind: 'unsigned' }
  /** The check as a host begins: it pulls everything. */
  | { readonly kind: 'checking'; readonly image: PublishedImage }
  | { readonly kind: 'checked' }
  | {
      readonly kind: 'tagged';
      readonly destination: Destination;
      readonly tag: string;
      readonly before: Digest | undefined;
    };
