import type { BuildPlan } from '@immutablue/plan';
import { explainBuild, readFamily, readPlan, renderExplanation } from '@immutablue/stage-runner';
import { lineageOf } from '@immutablue/variant';
import type { Run } from '../../shared/command';
import { requireHostFor } from '../../shared/host';
import { planRequestOf, variantsDirectoryOf } from '../../shared/plan';
import type { explain } from './definition';

/** Says for each sub-stage of a build whether it would run, and why. */
export const run: Run<typeof explain> = async (task) => {
  const request = planRequestOf(task);
  const variantsDirectory = variantsDirectoryOf(task);
  const family = await readFamily(variantsDirectory);
  const plans: BuildPlan[] = [];
  for (const { name } of lineageOf(family, family.variant(task.variant))) {
    plans.push(await readPlan({ ...request, variant: name }));
  }
  const [first, ...rest] = plans;
  if (first === undefined) throw new Error('a line of variants has the variant itself');
  await requireHostFor(first);
  const explanations = await explainBuild({
    plans: [first, ...rest],
    workspaceRoot: task.workspaceRoot,
    variantsDirectory,
  });
  if (task.options.json) {
    console.log(JSON.stringify(explanations, undefined, 2));
    return;
  }
  for (const { variant, reference, dependencies, stages } of explanations) {
    const title = [
      `${variant}: ${reference}`,
      ...dependencies.map((one) => `  dep-builder of ${one.variant}  ${one.outcome}  ${one.reason}`),
    ].join('\n');
    console.log(`${renderExplanation(title, stages, task.workspaceRoot)}\n`);
  }
};
