import { DiagnosticError, renderError } from '@immutablue/diagnostics';
import type * as z from 'zod';
import { type LabContext } from '../context';
import { createLabContext } from '../create-context';

/** What Nx hands to an executor, as far as it is used. */
export interface ExecutorContext {
  readonly root: string;
}

/** An Nx executor of the lab: checks the options, runs the work, prints what went wrong, stops at Ctrl-C. */
export function executorOf<Options>(
  schema: z.ZodType<Options>,
  work: (options: Options, context: LabContext) => Promise<void>,
) {
  return async (options: unknown, { root }: ExecutorContext): Promise<{ success: boolean }> => {
    const controller = new AbortController();
    const stop = () => {
      controller.abort();
    };
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
    for (const signal of signals) process.on(signal, stop);
    try {
      const log = (line: string) => {
        console.log(line);
      };
      await work(
        parseOptions(schema, options),
        createLabContext({ workspaceRoot: root, signal: controller.signal, log }),
      );
      return { success: true };
    } catch (error) {
      const colors = process.stderr.isTTY ? 'always' : 'never';
      console.error(`\n${renderError(error, { root, colors })}\n`);
      return { success: false };
    } finally {
      for (const signal of signals) process.off(signal, stop);
    }
  };
}

function parseOptions<Options>(schema: z.ZodType<Options>, options: unknown): Options {
  const parsed = schema.safeParse(options);
  if (parsed.success) return parsed.data;
  const [first] = parsed.error.issues;
  throw new DiagnosticError({
    code: 'yaml/wrong-value',
    message: `the option --${first?.path.join('.') ?? ''}: ${first?.message ?? 'is wrong'}`,
  });
}
