import { cacheDirectory } from '@immutablue/oci';
import { type LabContext } from './context';
import { labPaths } from './cache/paths';

/** What differs between callers of the lab. */
export interface ContextOptions {
  readonly workspaceRoot: string;
  /** Stops the lab's work; nothing stops it when not given. */
  readonly signal?: AbortSignal;
  /** Takes a line of progress; nothing is shown when not given. */
  readonly log?: (line: string) => void;
}

/** The lab of the user that this process runs as. */
export function createLabContext({ workspaceRoot, signal, log }: ContextOptions): LabContext {
  return {
    workspaceRoot,
    paths: labPaths(cacheDirectory(), workspaceRoot),
    signal: signal ?? new AbortController().signal,
    log: log ?? (() => undefined),
  };
}
