import { join } from 'node:path';
import { requireImage, type ImageId } from '@immutablue/oci';
import type { BuildPlan } from '@immutablue/plan';
import { selectionArguments } from '@immutablue/variant';
import { readDepBuilderImages } from '../ledger/task-records';

/**
 * The images of a plan's dep-builders, by variant, as the record of the last task that made them names them.
 *
 * @throws {DiagnosticError} `oci/image-not-found` when one is not there.
 */
export async function findDepBuilderImages(
  plan: BuildPlan,
  variantsDirectory: string,
): Promise<ReadonlyMap<string, ImageId>> {
  const images = new Map<string, ImageId>();
  if (plan.depBuilders.length === 0) return images;
  const recorded = await readDepBuilderImages(plan, join(variantsDirectory, plan.variant));
  const hint = `build it: \`npx nx deps ${plan.variant}${selectionArguments(plan)}\``;
  for (const { variant, reference } of plan.depBuilders) {
    images.set(variant, (await requireImage(recorded.get(variant) ?? reference, hint)).id);
  }
  return images;
}
