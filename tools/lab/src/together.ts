import { type LabContext } from './context';

/**
 * Does several things at a time. When one fails, the others are stopped and have cleared up before the failure is thrown.
 */
export async function together(
  context: LabContext,
  branches: readonly ((context: LabContext) => Promise<void>)[],
): Promise<void> {
  const stop = new AbortController();
  const signal = AbortSignal.any([context.signal, stop.signal]);
  const failures: unknown[] = [];
  await Promise.all(
    branches.map(async (branch) => {
      try {
        await branch({ ...context, signal });
      } catch (error) {
        failures.push(error);
        stop.abort();
      }
    }),
  );
  // The first is the cause; the others failed because they were stopped.
  if (failures.length > 0) throw failures[0];
}
