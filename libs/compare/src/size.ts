import type { Digest } from '@immutablue/oci';

/** A layer of an image, and the blob as which a registry has it, where that is known. */
export interface SizedLayer {
  readonly diffId: Digest;
  /** Uncompressed. */
  readonly bytes: number;
  readonly blob?: { readonly digest: Digest; readonly size: number };
}

/** How large an image is, in bytes. */
export interface ImageSize {
  readonly uncompressed: number;
  /** Absent for an image that is in no registry yet. */
  readonly compressed?: number;
}

/** What a host that has the image before fetches for the one after. */
export interface Download {
  /** `uncompressed`: how large the layers become is known once they are published. */
  readonly kind: 'compressed' | 'uncompressed';
  readonly bytes: number;
  /** How many layers, of how many. */
  readonly layers: number;
  readonly of: number;
}

/** The size of an image by its layers. Pure. */
export function imageSize(layers: readonly SizedLayer[]): ImageSize {
  const blobs = layers.flatMap(({ blob }) => blob ?? []);
  return {
    uncompressed: sum(layers.map(({ bytes }) => bytes)),
    ...(blobs.length < layers.length ? {} : { compressed: sum(blobs.map(({ size }) => size)) }),
  };
}

/**
 * The layers that one image has and the other has not. Hosts know layers by the digests of their blobs: the same content, compressed
 * in another way, is fetched again. Pure.
 */
export function downloadOf(before: readonly SizedLayer[], after: readonly SizedLayer[]): Download {
  const known = new Set(before.flatMap(({ blob }) => blob?.digest ?? []));
  const isPublished = [...before, ...after].every(({ blob }) => blob !== undefined);
  if (isPublished) {
    const blobs = new Map(after.flatMap(({ blob }) => (blob === undefined ? [] : [[blob.digest, blob.size] as const])));
    const fetched = [...blobs].filter(([digest]) => !known.has(digest)).map(([, size]) => size);
    return { kind: 'compressed', bytes: sum(fetched), layers: fetched.length, of: blobs.size };
  }
  const own = new Set(before.map(({ diffId }) => diffId));
  const all = new Map(after.map(({ diffId, bytes }) => [diffId, bytes] as const));
  const missing = [...all].filter(([diffId]) => !own.has(diffId)).map(([, bytes]) => bytes);
  return { kind: 'uncompressed', bytes: sum(missing), layers: missing.length, of: all.size };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
