import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { exitCodeOf, renderError } from '@immutablue/diagnostics';
import { needsUserNamespace, runInteractive, unshareArgv } from '@immutablue/oci';
import type { z } from 'zod';
import { createTask, type Task } from './task';

/** What a command does: the part of an executor that knows nothing of Nx. */
export interface Command<Options> {
  readonly schema: z.ZodType<Options>;
  /** `user-namespace`: works on the files of a container, which an ordinary user can only do inside `buildah unshare`. */
  readonly place: 'anywhere' | 'user-namespace';
  readonly run: (task: Task<Options>, signal: AbortSignal) => Promise<void>;
}

/** The Nx executor of a command. */
export function executorOf<Options>(name: string, command: Command<Options>) {
  return async (options: unknown, context: ExecutorContext): Promise<{ success: boolean }> => {
    if (command.place === 'user-namespace' && needsUserNamespace()) {
      return { success: (await runInUserNamespace(name, options, context)) === 0 };
    }
    return { success: (await runCommandOfTask(command, options, context)) === 0 };
  };
}

/**
 * Runs a command; what goes wrong is printed, a Ctrl-C stops it.
 *
 * @returns the exit code.
 */
export async function runCommandOfTask<Options>(
  command: Command<Options>,
  options: unknown,
  context: Pick<ExecutorContext, 'root' | 'projectName' | 'nxJsonConfiguration'>,
): Promise<number> {
  const controller = new AbortController();
  const stop = () => {
    controller.abort();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, stop);
  try {
    await command.run(createTask(command.schema, options, context), controller.signal);
    return 0;
  } catch (error) {
    const colors = process.stderr.isTTY ? 'always' : 'never';
    console.error(`\n${renderError(error, { root: context.root, colors })}\n`);
    return exitCodeOf(error);
  } finally {
    for (const signal of signals) process.off(signal, stop);
  }
}

/** The same command in a process of its own inside this user's user namespace. */
async function runInUserNamespace(name: string, options: unknown, context: ExecutorContext): Promise<number> {
  const request = JSON.stringify({
    name,
    options,
    context: { root: context.root, projectName: context.projectName, nxJsonConfiguration: context.nxJsonConfiguration },
  });
  const isSource = __filename.endsWith('.ts');
  const worker = join(dirname(__dirname), isSource ? 'worker.ts' : 'worker.js');
  const register = isSource ? ['--require', createRequire(__filename).resolve('@swc-node/register')] : [];
  return runInteractive(
    unshareArgv([
      'env',
      ...(isSource ? [`SWC_NODE_PROJECT=${join(context.root, 'tsconfig.base.json')}`] : []),
      process.execPath,
      ...register,
      worker,
      request,
    ]),
  );
}
