import { cacheDirectory, runCommand, type Argv, type CommandOptions, type CommandResult } from '@immutablue/oci';
import { labPaths, type LabPaths } from './cache/paths';

/** Takes note of a line of output. */
export type Progress = (line: string) => void;

/** What every step of the lab needs: where things are, whom to tell, and when to stop. */
export interface LabContext {
  readonly workspaceRoot: string;
  readonly paths: LabPaths;
  readonly signal: AbortSignal;
  readonly log: (line: string) => void;
}

/** The same within one step, whose latest line of output is shown while it takes long. */
export interface StepContext extends LabContext {
  readonly progress: Progress;
}

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

/**
 * Runs a command of a step: its output is followed, and it ends with the lab. Without that, a command would go on writing
 * into the cache after a SIGKILL of this process, while the next run already clears up.
 *
 * @throws as `runCommand` does.
 */
export function runInStep(context: StepContext, argv: Argv, options: CommandOptions = {}): Promise<CommandResult> {
  return runCommand(argv, {
    signal: context.signal,
    parentDeathSignal: 'KILL',
    onLine: context.progress,
    ...options,
  });
}
