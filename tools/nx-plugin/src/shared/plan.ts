import { join } from 'node:path';
import type { BuildPlan } from '@immutablue/plan';
import { readPlan, type PlanRequest } from '@immutablue/stage-runner';
import type { SelectionOptions } from './options';
import type { Task } from './task';

/** The plan of the image that a task is about; `ignore` plans it as if nothing was locked. */
export function planOfTask(
  task: Task<SelectionOptions>,
  lock: NonNullable<PlanRequest['lock']> = 'obey',
): Promise<BuildPlan> {
  return readPlan(planRequestOf(task, lock));
}

/** Which plan a task is about. */
export function planRequestOf(
  task: Task<SelectionOptions>,
  lock: NonNullable<PlanRequest['lock']> = 'obey',
): PlanRequest {
  const { workspaceRoot, variant, plugin, options } = task;
  return {
    workspaceRoot,
    variant,
    lock,
    settings: plugin,
    release: options.release ?? plugin.releases[0],
    upstream: options.upstream ?? (plugin.lab === undefined ? 'fedora' : 'lab'),
    ...(options.architecture === undefined ? {} : { architecture: options.architecture }),
  };
}

/** The folder that holds the variants' folders, absolute. */
export function variantsDirectoryOf(task: Task<unknown>): string {
  return join(task.workspaceRoot, task.plugin.variants);
}
