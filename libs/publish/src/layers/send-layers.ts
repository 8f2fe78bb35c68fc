import type { PackedLayer } from '@immutablue/oci';
import { sourceOfFile, uploadBlob, type BlobSource, type Repository, type UploadOutcome } from '@immutablue/registry';
import type { PlannedLayer } from './model';
import type { Packer } from './pack';

/** How the sending of layers goes on. */
export interface SendingLayers {
  /** Called with how much of the layer was sent. */
  readonly onBytes: (layer: PlannedLayer, bytes: number) => void;
  readonly onSent: (layer: PlannedLayer, outcome: UploadOutcome) => void;
  readonly signal: AbortSignal;
}

/**
 * Has a repository have all layers, one after the other.
 *
 * @returns the layers as they were sent: one that is compressed again, by another version of the program, may be another blob.
 * @throws {DiagnosticError} `registry/…`, `oci/layer-…`, `build/interrupted`.
 */
export async function sendLayers(
  repository: Repository,
  layers: readonly PlannedLayer[],
  packer: Packer,
  { onBytes, onSent, signal }: SendingLayers,
): Promise<readonly PlannedLayer[]> {
  const sent: PlannedLayer[] = [];
  for (const layer of layers) {
    if (layer.whereabouts.kind === 'present') {
      sent.push(layer);
      onSent(layer, 'present');
      continue;
    }
    const own = layer.whereabouts.kind === 'missing' ? { ...layer, packed: await packed(packer, layer) } : layer;
    const outcome = await uploadBlob(repository, sourceOf(packer, own), {
      ...(layer.whereabouts.kind === 'mountable' ? { mountFrom: layer.whereabouts.from } : {}),
      onBytes: (bytes) => {
        onBytes(own, bytes);
      },
      signal,
    });
    sent.push(own);
    onSent(own, outcome);
  }
  return sent;
}

async function packed(packer: Packer, { diffId }: PlannedLayer): Promise<PackedLayer> {
  const { mediaType, digest, size } = await packer.pack(diffId);
  return { mediaType, digest, size };
}

/** A layer that is mounted need not be compressed, unless the registry does not mount it after all. */
function sourceOf(packer: Packer, { diffId, packed: blob }: PlannedLayer): BlobSource {
  return {
    digest: blob.digest,
    size: blob.size,
    open: async function* (start, end) {
      const { file } = await packer.pack(diffId);
      yield* sourceOfFile(file, blob).open(start, end);
    },
  };
}
