import { dirname, join } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { print } from '@immutablue/diagnostics';
import { isLeftOut, reportFaults, type ExecutorDefinition } from '@immutablue/executor';
import { needsUserNamespace, requireBuildHost, runInteractive, unshareArgv } from '@immutablue/oci';
import type * as z from 'zod';
import { readCommandLine } from './command-line';
import { executorPackage } from './executor-package';
import { hitsOf } from './hits';
import { createTask, variantAt, type Task, type TaskContext } from './task';

/** An executor of this plugin, as data; what it does is in the `run.ts` beside its definition. */
export interface CommandDefinition<Schema extends z.ZodObject = z.ZodObject> extends Omit<
  ExecutorDefinition<Schema>,
  'description'
> {
  /** What it does, to a variant of this name. */
  readonly describe: (variant: string) => string;
  readonly place: Place | ((options: Readonly<Record<string, unknown>>) => Place);
  /** `allowed`: words after `--` are no options; see {@link readCommandLine}. */
  readonly words?: 'allowed';
  /** The projects that have a target of its name: each variant, or the one of all images. */
  readonly projects: 'variants' | 'images';
}

/** `user-namespace`: works on the files of a container, which an ordinary user can only do inside `buildah unshare`. */
type Place = 'anywhere' | 'user-namespace';

/** What the executor of a definition does. */
export type Run<Definition extends CommandDefinition> = (
  task: Task<z.output<Definition['options']>>,
  signal: AbortSignal,
) => Promise<void>;

/** A definition with what carries it out. */
export interface Command {
  readonly definition: CommandDefinition;
  /** Runs it in this process. What goes wrong is printed. @returns the exit code. */
  readonly start: (options: unknown, context: TaskContext) => Promise<number>;
}

/** Ties a definition to what it does, which is loaded when it is to run: a build has no use for what boots images. */
export function command<Definition extends CommandDefinition>(
  definition: Definition,
  load: () => Promise<{ readonly run: Run<Definition> }>,
): Command {
  return {
    definition,
    start: (options, context) =>
      reportFaults(context.root, async (signal) => {
        const { run } = await load();
        const own = definition.words === 'allowed' ? withoutWords(options, definition) : options;
        await run(createTask<Definition['options']>(definition.options, own, context), signal);
        return 0;
      }),
  };
}

/** The options of a command, without what Nx has made of the words after `--`. */
function withoutWords(options: unknown, { options: schema }: CommandDefinition): unknown {
  if ((readCommandLine()?.words ?? []).length === 0) return options;
  return Object.fromEntries(Object.entries(Object(options) as object).filter(([name]) => name in schema.shape));
}

/** Whether a command is about an image that is built here, and has no use on a machine that builds it not. */
function needsImage({ projects, place }: CommandDefinition): boolean {
  return projects === 'variants' && place === 'user-namespace';
}

/** What Nx calls to run a command: in this process, or in one inside this user's user namespace. */
export function executorOf({ definition, start }: Command) {
  return async (
    options: Readonly<Record<string, unknown>>,
    executed: ExecutorContext,
  ): Promise<{ success: boolean }> => {
    const { root, projectName = '', targetName = '', projectsConfigurations, nxJsonConfiguration } = executed;
    const variant = variantAt(projectsConfigurations.projects[projectName]?.root ?? projectName);
    const hits = hitsOf({ project: projectName, target: targetName }, executed, executorPackage(root));
    const context: TaskContext = { root, variant, nxJsonConfiguration, hits };
    if (needsImage(definition) && isLeftOut(variant)) {
      print(`${variant}: left out, this machine could only emulate it (--emulate does)`);
      return { success: true };
    }
    const place = typeof definition.place === 'function' ? definition.place(options) : definition.place;
    const isInPlace = place === 'anywhere' || !needsUserNamespace();
    const exitCode = isInPlace
      ? await start(options, context)
      : await reportFaults(context.root, async () => {
          // Without what it needs, buildah would fail in the middle of the build.
          await requireBuildHost();
          return runInUserNamespace(definition.name, options, context);
        });
    return { success: exitCode === 0 };
  };
}

async function runInUserNamespace(name: string, options: unknown, context: TaskContext): Promise<number> {
  const request = JSON.stringify({ name, options, context });
  const worker = join(dirname(require.resolve('@immutablue/nx/package.json')), 'src', 'executors', 'worker.cjs');
  return runInteractive(unshareArgv([process.execPath, worker, request]), { environment: 'passed' });
}
