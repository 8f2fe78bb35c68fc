import { findImage, toDigest, toImageId, type ImageDetails, type ImageId } from '@immutablue/oci';
import { depBuilderKey, PACKAGE_READS, trees, union, type BuildPlan, type DepBuilder } from '@immutablue/plan';
import { parentEntry } from '../ledger/entry';
import type { Ledger } from '../ledger/ledger';
import { findConflict } from './conflict';
import { tryChangesBetween } from './parent-changes';

/**
 * What a dep-builder made before, if that would be made again. It runs in the image that the variant stands on and leaves
 * nothing there: a change of that image counts only where the dep-builder reads.
 *
 * @returns undefined when it has to run.
 */
export async function lookupDepBuilder(
  plan: BuildPlan,
  depBuilder: DepBuilder,
  parent: Pick<ImageDetails, 'id' | 'layers' | 'created'>,
  ledger: Ledger,
): Promise<ImageId | undefined> {
  if (plan.repositories.kind !== 'fixed') return undefined;
  const key = depBuilderKey(plan, depBuilder);
  const result = await ledger.read('results', key);
  if (result === undefined || (await findImage(result.imageId)) === undefined) return undefined;
  if (result.parent.imageId !== parent.id) {
    if (result.parent.created !== parent.created) return undefined;
    const changes = await tryChangesBetween(result.parent.layers.map(toDigest), parent.layers);
    const reads = union(depBuilder.reads, trees(PACKAGE_READS));
    if (changes === undefined || findConflict(changes, reads, []) !== undefined) return undefined;
  }
  await ledger.touch('results', key);
  return toImageId(result.imageId);
}

/** Records what a dep-builder made. */
export async function recordDepBuilder(
  plan: BuildPlan,
  depBuilder: DepBuilder,
  parent: ImageDetails,
  ledger: Ledger,
  imageId: ImageId,
): Promise<void> {
  await ledger.write('results', depBuilderKey(plan, depBuilder), {
    of: 'dep-builder',
    variant: plan.variant,
    imageId,
    parent: parentEntry(parent),
    ownLayers: [],
  });
}
