import { print, printJson } from '@immutablue/diagnostics';
import type { BuildPlan } from '@immutablue/plan';
import {
  depBuilderReasonText,
  explainBuild,
  originOf,
  readPlan,
  readSources,
  reasonText,
  renderDepBuilder,
  renderExplanation,
  type ImageExplanation,
} from '@immutablue/stage-runner';
import { lineageOf } from '@immutablue/variant';
import type { Run } from '../../shared/command';
import { requireHostFor } from '../../shared/host';
import { planRequestOf, variantsDirectoryOf } from '../../shared/plan';
import { WORDS_BESIDE, withRemoteCache } from '../../shared/remote-cache';
import type { explain } from './definition';

/** Says for each sub-stage of a build whether it would run, and why. */
export const run: Run<typeof explain> = async (task, signal) => {
  const request = planRequestOf(task);
  const variantsDirectory = variantsDirectoryOf(task);
  const sources = await readSources(variantsDirectory, task.plugin);
  const plans: BuildPlan[] = [];
  for (const { name } of lineageOf(sources.family, sources.family.variant(task.variant))) {
    plans.push(await readPlan({ ...request, sources, variant: name }));
  }
  const [first, ...rest] = plans;
  if (first === undefined) throw new Error('a line of variants has the variant itself');
  await requireHostFor(first);
  const { workspaceRoot } = task;
  const explanations = await withRemoteCache(task, { ...WORDS_BESIDE, hits: 'judged', use: 'read' }, signal, (remote) =>
    explainBuild({ plans: [first, ...rest], workspaceRoot, variantsDirectory, remote }),
  );
  if (task.options.json) {
    printJson(explanations.map(withTexts));
    return;
  }
  for (const { variant, reference, depBuilders, stages } of explanations) {
    const title = [`${variant}: ${reference}`, ...depBuilders.map((one) => `  ${renderDepBuilder(one)}`)];
    print(`${renderExplanation(title, stages, task.workspaceRoot)}\n`);
  }
};

/** Reasons as data, and in words. */
function withTexts({ depBuilders, stages, ...image }: ImageExplanation) {
  return {
    ...image,
    depBuilders: depBuilders.map((one) => ({ ...one, text: depBuilderReasonText(one.reason) })),
    stages: stages.map((stage) => ({
      ...stage,
      reasons: stage.reasons.map((reason) => ({ ...reason, text: reasonText(reason), origin: originOf(reason) })),
    })),
  };
}
