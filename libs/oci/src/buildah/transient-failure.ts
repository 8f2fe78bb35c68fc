import { CommandError } from '../process/process';

/** buildah copies its own program before it starts one in a container; another process may still hold the copy open. */
const CANNOT_COPY_ITSELF = 'Close_Fd sealing memfd copy: Device or resource busy';

/**
 * Whether a command in a container failed because buildah's own process for it crashed. That process is killed when the thread
 * that started it ends, which Go's runtime may do at any time (golang/go#27505), or cannot copy its program: both are rare.
 */
export function isTransientBuildahFailure(error: unknown): boolean {
  if (!(error instanceof CommandError)) return false;
  const { tail } = error.result;
  return tail.at(-1) === 'Error: signal: killed' || tail.includes(CANNOT_COPY_ITSELF);
}
