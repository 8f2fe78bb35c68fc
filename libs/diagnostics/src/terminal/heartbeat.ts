/** A long task first says after this time that it goes on, and then each time that twice as much has passed. */
export const HEARTBEAT_MS = 8000;

export interface Heartbeat {
  /** Tells that something was said just now. */
  readonly beat: () => void;
  readonly stop: () => void;
}

/**
 * Calls `say` with the seconds since the start when nothing was said for {@link HEARTBEAT_MS}, and from then on when nothing was
 * said for twice as long as before: an hour is a dozen lines. It does not keep the process alive.
 */
export function startHeartbeat(say: (seconds: number) => void): Heartbeat {
  const started = Date.now();
  let [last, patience] = [started, HEARTBEAT_MS];
  const timer = setInterval(() => {
    if (Date.now() - last < patience) return;
    last = Date.now();
    patience *= 2;
    say(Math.round((last - started) / 1000));
  }, 1000);
  timer.unref();
  return {
    beat: () => {
      last = Date.now();
    },
    stop: () => {
      clearInterval(timer);
    },
  };
}
