import { join } from 'node:path';
import { DiagnosticError } from '@immutablue/diagnostics';
import type { BuildPlan, PlannedSecret } from '@immutablue/plan';
import {
  readPlan,
  secretSources,
  withSecrets,
  type OpenSecrets,
  type PlanRequest,
  type SecretSources,
} from '@immutablue/stage-runner';
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
    secrets: new Set(secretSourcesOf(task).keys()),
    settings: plugin,
    release: options.release ?? plugin.releases[0],
    upstream: options.upstream ?? (plugin.lab === undefined ? 'fedora' : 'lab'),
    ...(options.architecture === undefined ? {} : { architecture: options.architecture }),
  };
}

/** The secrets that a task is given. */
function secretSourcesOf({ options: { secret } }: Task<SelectionOptions>): SecretSources {
  return secretSources(process.env, typeof secret === 'string' ? [secret] : secret);
}

/** Does `work` with the values of the secrets that the task is given, of those that the plan's scripts and dep-builders ask for. */
export function withTaskSecrets<T>(
  task: Task<SelectionOptions>,
  { stages, depBuilders, credentials }: BuildPlan,
  work: (secrets: OpenSecrets) => Promise<T>,
): Promise<T> {
  const scripts = stages.flatMap(({ steps }) => steps.flatMap((step) => (step.kind === 'script' ? [step.script] : [])));
  const wanted = [...scripts, ...depBuilders].flatMap(({ secrets }) => secrets);
  wanted.push(...credentials.map(({ secret }) => secret));
  requireWanted(task, wanted);
  return withSecrets(secretSourcesOf(task), wanted, work);
}

/** @throws {DiagnosticError} `secret/unknown` for one that the command line gives and nothing asks for: its name may be misspelt. */
function requireWanted(
  { variant, options: { secret } }: Task<SelectionOptions>,
  wanted: readonly PlannedSecret[],
): void {
  const given = [...secretSources({}, typeof secret === 'string' ? [secret] : secret).keys()];
  const unknown = given.find((name) => !wanted.some((one) => one.name === name));
  if (unknown === undefined) return;
  throw new DiagnosticError({
    code: 'secret/unknown',
    message: `nothing that \`${variant}\` is built from asks for the secret \`${unknown}\``,
    hint: `a script or dep-builder asks with a header \`# secrets: ${unknown}\`, a repository with \`secret: ${unknown}\``,
  });
}

/** The folder that holds the variants' folders, absolute. */
export function variantsDirectoryOf(task: Task<unknown>): string {
  return join(task.workspaceRoot, task.plugin.variants);
}
