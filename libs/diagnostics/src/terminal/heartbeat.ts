/** A long task says something at least this often, however quiet its commands are. */
export const HEARTBEAT_MS = 8000;

export interface Heartbeat {
  /** Tells that something was said just now. */
  readonly beat: () => void;
  readonly stop: () => void;
}

/**
 * Calls `say` whenever nothing was said for {@link HEARTBEAT_MS}, with the seconds since the start. It does not keep the
 * process alive.
 */
export function startHeartbeat(say: (seconds: number) => void): Heartbeat {
  const started = Date.now();
  let last = started;
  const timer = setInterval(() => {
    if (Date.now() - last < HEARTBEAT_MS) return;
    last = Date.now();
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
