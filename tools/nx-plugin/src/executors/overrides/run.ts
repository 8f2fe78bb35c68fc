import { print, printJson, throwIfAny } from '@immutablue/diagnostics';
import { listOverrides, renderOverrideList } from '@immutablue/overrides';
import { readSources } from '@immutablue/stage-runner';
import type { Run } from '../../shared/command';
import { variantsDirectoryOf } from '../../shared/plan';
import type { overrides } from './definition';

/** Lists the override files that are in a variant's image and which variant's file wins. */
export const run: Run<typeof overrides> = async (task) => {
  const { family, overrides } = await readSources(variantsDirectoryOf(task), task.plugin);
  const { inPlace, diagnostics } = await overrides(family.variant(task.variant));
  throwIfAny(diagnostics);
  if (task.options.json) printJson(listOverrides(inPlace));
  else print(renderOverrideList(inPlace));
};
