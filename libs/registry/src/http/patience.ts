import { setTimeout as sleep } from 'node:timers/promises';
import type { DiagnosticError } from '@immutablue/diagnostics';

/** How often and how long something is tried. */
export interface Patience {
  /** How often in all, as long as nothing gets on. */
  readonly attempts: number;
  /** The pause after the first failure, in milliseconds; each further one is twice as long. */
  readonly firstPauseMs: number;
  /** How long a server may be silent, in milliseconds. */
  readonly silenceMs: number;
}

export const DEFAULT_PATIENCE: Patience = { attempts: 5, firstPauseMs: 500, silenceMs: 60_000 };

/** No pause is longer, whatever a server asks for. */
const LONGEST_PAUSE_MS = 60_000;

/** A failure after which the same may succeed. */
export class TransientFailure extends Error {
  /** @param askedPauseMs how long the server asks to wait. */
  constructor(
    readonly failure: DiagnosticError,
    readonly askedPauseMs?: number,
  ) {
    super(failure.message, { cause: failure });
  }
}

/**
 * The answers after which the same may succeed; 416 is of uploads, which are at another place than was thought.
 * https://www.rfc-editor.org/rfc/rfc9110#section-15
 */
export function isTransientStatus(status: number): boolean {
  return (
    status === 408 ||
    status === 416 ||
    status === 429 ||
    (status >= 500 && status !== 501 && status !== 505 && status !== 507)
  );
}

/**
 * The pause that `Retry-After` asks for, in milliseconds. A date in it is compared with the server's own, whose clock may differ from
 * this machine's. https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
 */
export function askedPause(retryAfter: string | undefined, date: string | undefined): number | undefined {
  if (retryAfter === undefined) return undefined;
  if (/^\d{1,9}$/.test(retryAfter)) return Number(retryAfter) * 1000;
  const pause = Date.parse(retryAfter) - Date.parse(date ?? '');
  return Number.isNaN(pause) ? undefined : Math.max(0, pause);
}

/** The pause after a failure, in milliseconds; `random` is from 0 to 1, so that many clients do not come back at the same moment. */
export function pauseAfter(failures: number, asked: number | undefined, patience: Patience, random: number): number {
  const own = patience.firstPauseMs * 2 ** (failures - 1) * (0.5 + random / 2);
  return Math.min(LONGEST_PAUSE_MS, Math.max(own, asked ?? 0));
}

/** Counts failures in a row, and waits between them. */
export interface Retries {
  /** Waits, when the same may succeed. @throws the failure itself when it may not, or has been met too often; AbortError. */
  readonly pauseAfter: (error: unknown) => Promise<void>;
  /** Something got on: what failed before does not count. */
  readonly progressed: () => void;
}

export function createRetries(patience: Patience, signal: AbortSignal | undefined): Retries {
  let failures = 0;
  return {
    pauseAfter: async (error) => {
      if (!(error instanceof TransientFailure)) throw error;
      failures += 1;
      if (failures >= patience.attempts) throw error.failure;
      const pause = pauseAfter(failures, error.askedPauseMs, patience, Math.random());
      await sleep(pause, undefined, signal === undefined ? {} : { signal });
    },
    progressed: () => {
      failures = 0;
    },
  };
}
