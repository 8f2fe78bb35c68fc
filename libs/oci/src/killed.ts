import { CommandError } from './process';

/**
 * Whether a command in a container ended because something else than the command killed buildah's own process for it. That
 * process is killed when the thread that started it ends, which Go's runtime may do at any time (golang/go#27505): rare, and
 * no fault of what ran.
 */
export function wasKilledFromOutside(error: unknown): boolean {
  return error instanceof CommandError && /^Error: signal: killed$/.test(error.result.tail.at(-1) ?? '');
}
