import type { Digest } from '@immutablue/oci';
import {
  attachedTag,
  configOf,
  manifestOf,
  type Attached,
  type AttachedLayer,
  type AttachedManifest,
  type Content,
} from './manifest';

/** What is to be pushed so that something more is attached to an image. */
export interface Attaching {
  readonly tag: string;
  /** To be pushed before the manifest. */
  readonly blobs: readonly Content[];
  readonly manifest: Content;
}

/** Attaches one more layer to an image; what the manifest has `before` stays. */
export function attach(
  image: Digest,
  attached: Attached,
  before: Pick<AttachedManifest, 'layers'>,
  content: Content,
  annotations: AttachedLayer['annotations'],
): Attaching {
  const { mediaType, digest, bytes } = content;
  const layers = [...before.layers, { mediaType, size: bytes.length, digest, annotations }];
  const config = configOf(layers);
  return { tag: attachedTag(image, attached), blobs: [content, config], manifest: manifestOf(before, layers, config) };
}
