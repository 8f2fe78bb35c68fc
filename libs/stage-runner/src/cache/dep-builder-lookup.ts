import type { ImageDetails, ImageId } from '@immutablue/oci';
import { depBuilderKey, PACKAGE_READS, trees, union, type BuildPlan, type DepBuilder } from '@immutablue/plan';
import { parentEntry, type Result } from '../ledger/entry';
import type { Ledger } from '../ledger/ledger';
import { lookupAnywhere } from './lookup';
import type { CacheHit } from './cache-lookup';
import type { Remote, RemoteCache } from './remote-cache';

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
  remote?: Remote,
): Promise<CacheHit | undefined> {
  if (plan.repositories.kind !== 'fixed') return undefined;
  const key = depBuilderKey(plan, depBuilder);
  const reads = union(depBuilder.reads, trees(PACKAGE_READS));
  const found = await lookupAnywhere({
    ledger,
    key,
    parent,
    reads,
    asking: remote && { remote, variant: plan.variant },
  });
  if (found.kind === 'miss') return undefined;
  if (found.source === 'store') await ledger.touch('results', key);
  return found;
}

/** What is recorded of a dep-builder, and where. */
export interface DepBuilderRecording {
  readonly plan: BuildPlan;
  readonly depBuilder: DepBuilder;
  readonly parent: ImageDetails;
  readonly ledger: Ledger;
  /** Also gets it. */
  readonly cache: RemoteCache | undefined;
}

/** Records what a dep-builder made. @param source where it is from. */
export async function recordDepBuilder(
  { plan, depBuilder, parent, ledger, cache }: DepBuilderRecording,
  imageId: ImageId,
  source: CacheHit['source'] | 'built',
): Promise<void> {
  const key = depBuilderKey(plan, depBuilder);
  const result: Result = {
    of: 'dep-builder',
    variant: plan.variant,
    imageId,
    parent: parentEntry(parent),
    ownLayers: [],
  };
  await ledger.write('results', key, result);
  if (plan.repositories.kind !== 'fixed') return;
  switch (source) {
    case 'built':
      await cache?.store(key, result);
      return;
    case 'store':
      await cache?.offer(key, result);
      return;
    case 'registry':
      return;
  }
}
