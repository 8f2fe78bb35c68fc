import { exitCodeOf, printError } from '@immutablue/diagnostics';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Does the work of an executor; what goes wrong is printed. A Ctrl-C does not end this process, which has to outlive what it
 * has started: it aborts the signal.
 *
 * @returns the exit code of the work, or that of the fault.
 */
export async function reportFaults(root: string, work: (signal: AbortSignal) => Promise<number>): Promise<number> {
  const controller = new AbortController();
  const stop = () => {
    controller.abort();
  };
  for (const signal of SIGNALS) process.on(signal, stop);
  const streams = [process.stdout, process.stderr];
  for (const stream of streams) stream.on('error', ignoreLostOutput);
  try {
    return await work(controller.signal);
  } catch (error) {
    const colors = process.stderr.isTTY ? 'always' : 'never';
    printError(error, { root, colors });
    return exitCodeOf(error);
  } finally {
    for (const signal of SIGNALS) process.off(signal, stop);
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
