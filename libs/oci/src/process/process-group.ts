/** How long a command that was told to stop may take to clean up. */
export const KILL_DELAY_MS = 5000;

/**
 * Stops a command and all that it has started when `signal` fires: SIGTERM to its process group, SIGKILL after
 * {@link KILL_DELAY_MS}. execa does the same (`killDescendants`) from version 10, which needs Node 22.
 *
 * @param leader the process that the group is named after, or undefined when it could not be started.
 * @returns what has to be called when the command has ended.
 */
export function stopGroupOnAbort(leader: number | undefined, signal: AbortSignal | undefined): () => void {
  if (leader === undefined || signal === undefined) return () => undefined;
  let timer: NodeJS.Timeout | undefined;
  const stop = () => {
    signalGroup(leader, 'SIGTERM');
    timer = setTimeout(signalGroup, KILL_DELAY_MS, leader, 'SIGKILL');
  };
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  return () => {
    signal.removeEventListener('abort', stop);
    clearTimeout(timer);
  };
}

function signalGroup(leader: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-leader, signal);
  } catch (error) {
    // All of the group have ended by themselves.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
