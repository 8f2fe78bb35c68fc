import { join } from 'node:path';
import { requireImage, type ImageId } from '@immutablue/oci';
import type { BuildPlan } from '@immutablue/plan';
import { selectionArguments } from '@immutablue/variant';
import type { Ledger } from '../ledger/ledger';
import { readDepBuilderImages } from '../ledger/task-records';
import { findKnownImage } from './deferred';

/**
 * The images of a plan's dep-builders, by variant, as the record of the last task that made them names them.
 *
 * @param ledger with it an image need not be in the store: a deferred one is as good.
 * @throws {DiagnosticError} `oci/image-not-found` when one is not there.
 */
export async function findDepBuilderImages(
  plan: BuildPlan,
  variantsDirectory: string,
  ledger?: Ledger,
): Promise<ReadonlyMap<string, ImageId>> {
  const images = new Map<string, ImageId>();
  if (plan.depBuilders.length === 0) return images;
  const recorded = await readDepBuilderImages(plan, join(variantsDirectory, plan.variant));
  const command = `build it: \`npx nx deps ${plan.variant}${selectionArguments(plan)}\``;
  for (const { variant, reference, secrets } of plan.depBuilders) {
    const isGiven = secrets.some(({ state }) => state === 'given');
    // `--secret` of a build does not reach it: that is another task.
    const hint = `${command}${isGiven ? ', which is given the secret, too: a variable IMMUTABLUE_SECRET_<NAME> reaches all tasks of a command' : ''}`;
    const id = recorded.get(variant);
    const known = id === undefined ? undefined : ledger && (await findKnownImage(ledger, id));
    images.set(variant, (known ?? (await requireImage(id ?? reference, hint))).id);
  }
  return images;
}
