import { join } from 'node:path';
import { layerMediaType, packLayer, toDigest, type Compression, type Digest, type PackedLayer } from '@immutablue/oci';
import { sha256 } from '@immutablue/plan';
import type { Ledger } from '@immutablue/stage-runner';

/** Compresses layers, each once. */
export interface Packer {
  /** What the layer is when it is compressed. Nothing is compressed for one that was before. */
  readonly describe: (diffId: Digest) => Promise<PackedLayer>;
  /** The same as a file, which is there for as long as the packer's folder. */
  readonly pack: (diffId: Digest) => Promise<PackedLayer & { readonly file: string }>;
}

export interface PackerOptions {
  readonly ledger: Ledger;
  readonly compression: Compression;
  /** Where the files are written. */
  readonly directory: string;
  readonly onPack: (diffId: Digest) => void;
  readonly signal: AbortSignal;
}

/** A packer that remembers in the ledger what layers are when they are compressed. */
export function createPacker({ ledger, compression, directory, onPack, signal }: PackerOptions): Packer {
  const files = new Map<Digest, PackedLayer & { readonly file: string }>();
  const entryOf = (diffId: Digest) => sha256(`${compression} ${diffId}`);
  const pack: Packer['pack'] = async (diffId) => {
    const known = files.get(diffId);
    if (known !== undefined) return known;
    onPack(diffId);
    const file = join(directory, diffId.slice('sha256:'.length));
    const { mediaType, digest, size } = await packLayer(diffId, compression, file, { signal });
    await ledger.write('layers', entryOf(diffId), { digest, size });
    const made = { mediaType, digest, size, file };
    files.set(diffId, made);
    return made;
  };
  return {
    pack,
    describe: async (diffId) => {
      const before = await ledger.read('layers', entryOf(diffId));
      if (before === undefined) return pack(diffId);
      return { mediaType: layerMediaType(compression), digest: toDigest(before.digest), size: before.size };
    },
  };
}
