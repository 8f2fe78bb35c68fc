import type { Digest } from '@immutablue/oci';
import { hasBlob, type Repository } from '@immutablue/registry';
import type { PlannedLayer, Whereabouts } from './model';
import type { Packer } from './pack';

/**
 * Looks where the layers of an image are in a registry.
 *
 * @param siblings other repositories of the same registry, those first that most likely have what this one has not.
 * @throws {DiagnosticError} `registry/…`, `oci/layer-…`.
 */
export async function findLayers(
  repository: Repository,
  siblings: readonly Repository[],
  diffIds: readonly Digest[],
  packer: Packer,
  signal: AbortSignal,
): Promise<readonly PlannedLayer[]> {
  const layers: PlannedLayer[] = [];
  for (const diffId of diffIds) {
    const packed = await packer.describe(diffId);
    layers.push({ diffId, packed, whereabouts: await findLayer(repository, siblings, packed.digest, signal) });
  }
  return layers;
}

async function findLayer(
  repository: Repository,
  siblings: readonly Repository[],
  digest: Digest,
  signal: AbortSignal,
): Promise<Whereabouts> {
  if (await hasBlob(repository, digest, signal)) return { kind: 'present' };
  for (const sibling of siblings) {
    if (await hasBlob(sibling, digest, signal)) return { kind: 'mountable', from: sibling.name };
  }
  return { kind: 'missing' };
}
