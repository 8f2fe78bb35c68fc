import { diagnosticsOf } from '@immutablue/diagnostics';

/** Does something with a registry. @returns undefined when that fails, or is not tried. */
export type Attempt = <T>(work: () => Promise<T>) => Promise<T | undefined>;

/** How long a registry is left alone after a failure, in milliseconds: tasks would wait for each further one. */
const PAUSE_MS = 30_000;

/** What is wrong with a single entry says nothing of the others. */
const OF_ONE_ENTRY: readonly string[] = ['registry/digest-mismatch', 'registry/not-found'];

/** Asks a registry for as long as it answers, and again after a while. @param warn takes note of what it failed for. */
export function whileAnswering(warn: (error: unknown) => void, now = () => performance.now()): Attempt {
  let pausedUntil = -Infinity;
  return async (work) => {
    if (now() < pausedUntil) return undefined;
    try {
      return await work();
    } catch (error) {
      const [{ code }] = diagnosticsOf(error);
      if (code === 'build/interrupted') return undefined;
      warn(error);
      if (!OF_ONE_ENTRY.includes(code)) pausedUntil = now() + PAUSE_MS;
      return undefined;
    }
  };
}
