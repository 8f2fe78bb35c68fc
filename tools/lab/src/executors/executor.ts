import { print } from '@immutablue/diagnostics';
import { parseOptions, reportFaults, type ExecutorDefinition } from '@immutablue/executor';
import type * as z from 'zod';
import type { LabContext } from '../context';
import { createLabContext } from '../context';

/** What Nx hands to an executor, as far as it is used. */
export interface ExecutorContext {
  readonly root: string;
}

/** An executor of the lab. */
export interface LabExecutor {
  readonly definition: ExecutorDefinition;
  /** What Nx calls. */
  readonly execute: (options: unknown, context: ExecutorContext) => Promise<{ success: boolean }>;
}

/** Ties a definition to what it does. */
export function labExecutor<Schema extends z.ZodObject>(
  definition: ExecutorDefinition<Schema>,
  run: (options: z.output<Schema>, context: LabContext) => Promise<void>,
): LabExecutor {
  return {
    definition,
    execute: async (options, { root }) => {
      const exitCode = await reportFaults(root, async (signal) => {
        await run(
          parseOptions(definition.options, options),
          createLabContext({ workspaceRoot: root, signal, log: print }),
        );
        return 0;
      });
      return { success: exitCode === 0 };
    },
  };
}
