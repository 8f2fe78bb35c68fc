import { constants } from 'node:os';
import { CommandError, runCommand, tryCommand, type Argv, type CommandResult } from './process';

/** The exit code of a command that SIGTERM has killed. */
const TERMINATED = 128 + constants.signals.SIGTERM;

/** Maximum attempts. */
const ATTEMPTS = 5;

/**
 * Like {@link runCommand}, for cleaning up: retries a command that was killed by SIGTERM, and that is harmless to run twice. At a
 * Ctrl-C Nx sends SIGTERM to all processes below its own, some of which have only just been started to clean up.
 */
export async function retryOnSigterm(argv: Argv): Promise<CommandResult> {
  for (let attempt = 1; attempt < ATTEMPTS; attempt += 1) {
    const result = await tryCommand(argv);
    if (result.exitCode === 0) return result;
    if (result.exitCode !== TERMINATED) throw new CommandError(result);
  }
  return runCommand(argv);
}
