import { print, printJson, throwIfAny } from '@immutablue/diagnostics';
import { listOverrides, renderOverrideList } from '@immutablue/overrides';
import { readFamily, readOverrides } from '@immutablue/stage-runner';
import type { Run } from '../../shared/command';
import { variantsDirectoryOf } from '../../shared/plan';
import type { overrides } from './definition';

/** Lists the override files that are in a variant's image and which variant's file wins. */
export const run: Run<typeof overrides> = async (task) => {
  const directory = variantsDirectoryOf(task);
  const family = await readFamily(directory);
  const { inPlace, diagnostics } = await readOverrides(directory, family, family.variant(task.variant));
  throwIfAny(diagnostics);
  if (task.options.json) printJson(listOverrides(inPlace));
  else print(renderOverrideList(inPlace));
};
