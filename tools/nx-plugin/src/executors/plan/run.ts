import { print, printJson } from '@immutablue/diagnostics';
import { renderPlan } from '@immutablue/stage-runner';
import type { Run } from '../../shared/command';
import { planOfTask } from '../../shared/plan';
import type { plan } from './definition';

/** Prints how an image is built. Needs neither buildah nor the network. */
export const run: Run<typeof plan> = async (task) => {
  const made = await planOfTask(task);
  if (task.options.json) printJson(made);
  else print(renderPlan(made, task.workspaceRoot));
};
