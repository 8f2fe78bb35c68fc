import { dirname, join } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { exitCodeOf, renderError } from '@immutablue/diagnostics';
import { needsUserNamespace, requireBuildHost, runInteractive, unshareArgv } from '@immutablue/oci';
import type * as z from 'zod';
import { createTask, type Task } from './task';

/** What a command does: the part of an executor that knows nothing of Nx. */
export interface Command<Options> {
  readonly schema: z.ZodType<Options>;
  /** `user-namespace`: works on the files of a container, which an ordinary user can only do inside `buildah unshare`. */
  readonly place: 'anywhere' | 'user-namespace';
  readonly run: (task: Task<Options>, signal: AbortSignal) => Promise<void>;
}

type Context = Pick<ExecutorContext, 'root' | 'projectName' | 'nxJsonConfiguration'>;

/** The Nx executor of a command, which is loaded when a task is to run. */
export function executorOf<Options>(name: string, load: () => Promise<Command<Options>>) {
  return async (options: unknown, context: ExecutorContext): Promise<{ success: boolean }> => {
    const command = await load();
    const isInPlace = command.place === 'anywhere' || !needsUserNamespace();
    const exitCode = isInPlace
      ? await runCommandOfTask(command, options, context)
      : await reportFaults(context.root, async () => {
          // buildah would go on without what it needs, and fail in the middle of the build.
          await requireBuildHost();
          return runInUserNamespace(name, options, context);
        });
    return { success: exitCode === 0 };
  };
}

/** Runs a command of a task; see {@link reportFaults}. */
export function runCommandOfTask<Options>(
  command: Command<Options>,
  options: unknown,
  context: Context,
): Promise<number> {
  return reportFaults(context.root, async (signal) => {
    await command.run(createTask(command.schema, options, context), signal);
    return 0;
  });
}

/**
 * Does some work; what goes wrong is printed. A Ctrl-C does not end this process, which has to outlive what it has started:
 * it aborts the signal.
 *
 * @returns the exit code.
 */
async function reportFaults(root: string, work: (signal: AbortSignal) => Promise<number>): Promise<number> {
  const controller = new AbortController();
  const stop = () => {
    controller.abort();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, stop);
  const streams = [process.stdout, process.stderr];
  for (const stream of streams) stream.on('error', ignoreLostOutput);
  try {
    return await work(controller.signal);
  } catch (error) {
    const colors = process.stderr.isTTY ? 'always' : 'never';
    console.error(`\n${renderError(error, { root, colors })}\n`);
    return exitCodeOf(error);
  } finally {
    for (const signal of signals) process.off(signal, stop);
    for (const stream of streams) stream.off('error', ignoreLostOutput);
  }
}

/**
 * At a Ctrl-C in a terminal Nx ends before its tasks have, and their terminal with it: what they print then is lost, and
 * must not end them before they have cleaned up.
 */
function ignoreLostOutput(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EIO' && error.code !== 'EPIPE') throw error;
}

/** The same command in a process of its own inside this user's user namespace. */
async function runInUserNamespace(name: string, options: unknown, context: Context): Promise<number> {
  const request = JSON.stringify({
    name,
    options,
    context: { root: context.root, projectName: context.projectName, nxJsonConfiguration: context.nxJsonConfiguration },
  });
  const worker = join(dirname(require.resolve('@immutablue/nx/package.json')), 'src', 'executors', 'worker.cjs');
  return runInteractive(unshareArgv([process.execPath, worker, request]));
}
