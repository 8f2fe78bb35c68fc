import { throwIfAny } from '@immutablue/diagnostics';
import { listOverrides, renderOverrideList } from '@immutablue/overrides';
import { readFamily, readOverrides } from '@immutablue/stage-runner';
import * as z from 'zod';
import type { Command } from '../../shared/execute';
import { variantsDirectoryOf } from '../../shared/plan';
import { selectionOptionsSchema } from '../../shared/task';

const schema = selectionOptionsSchema.extend({ json: z.boolean().default(false) });

/** Lists the override files that are in a variant's image and which variant's file wins. */
export const overrides: Command<z.output<typeof schema>> = {
  schema,
  place: 'anywhere',
  run: async (task) => {
    const directory = variantsDirectoryOf(task);
    const family = await readFamily(directory);
    const { inPlace, diagnostics } = await readOverrides(directory, family, family.variant(task.variant));
    throwIfAny(diagnostics);
    console.log(task.options.json ? JSON.stringify(listOverrides(inPlace), undefined, 2) : renderOverrideList(inPlace));
  },
};
