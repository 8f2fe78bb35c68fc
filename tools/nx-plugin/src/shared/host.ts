import { requireArchitecture, requireBuildHost } from '@immutablue/oci';
import type { BuildPlan } from '@immutablue/plan';
import type { PlanRequest } from '@immutablue/stage-runner';
import { ociArchitecture } from '@immutablue/variant';
import type { SelectionOptions } from './options';
import { planOfTask } from './plan';
import type { Task } from './task';

/** Checks that this machine can build and run what a plan describes. @throws {DiagnosticError} saying what to install. */
export async function requireHostFor(plan: BuildPlan): Promise<void> {
  await requireBuildHost();
  await requireArchitecture(ociArchitecture(plan.architecture));
}

/** Like {@link planOfTask}, and checks meanwhile that this machine can build what it describes. */
export async function planForHost(
  task: Task<SelectionOptions>,
  lock?: NonNullable<PlanRequest['lock']>,
): Promise<BuildPlan> {
  const [plan] = await Promise.all([planOfTask(task, lock), requireBuildHost()]);
  await requireArchitecture(ociArchitecture(plan.architecture));
  return plan;
}
