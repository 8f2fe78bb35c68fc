import { renderPlan } from '@immutablue/stage-runner';
import * as z from 'zod';
import type { Command } from '../../shared/execute';
import { planOfTask } from '../../shared/plan';
import { selectionOptionsSchema } from '../../shared/task';

const schema = selectionOptionsSchema.extend({ json: z.boolean().default(false) });

/** Prints how an image is built. Needs neither buildah nor the network. */
export const plan: Command<z.output<typeof schema>> = {
  schema,
  place: 'anywhere',
  run: async (task) => {
    const made = await planOfTask(task);
    console.log(task.options.json ? JSON.stringify(made, undefined, 2) : renderPlan(made, task.workspaceRoot));
  },
};
