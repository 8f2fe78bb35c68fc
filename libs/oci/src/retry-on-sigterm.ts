import { constants } from 'node:os';
import { CommandError, runCommand, tryCommand, type Argv, type CommandResult } from './process';

/** What a command ends with that SIGTERM met, as shells say it. */
const TERMINATED = 128 + constants.signals.SIGTERM;

/** As often as SIGTERM may meet one command. */
const ATTEMPTS = 5;

/**
 * Like {@link runCommand}, for cleaning up: runs a command that is harmless to run twice, again when SIGTERM met it: at a Ctrl-C, Nx sends that to every process below
 * its own, some of which have only just been started to clean up.
 */
export async function retryOnSigterm(argv: Argv): Promise<CommandResult> {
  for (let attempt = 1; attempt < ATTEMPTS; attempt += 1) {
    const result = await tryCommand(argv);
    if (result.exitCode === 0) return result;
    if (result.exitCode !== TERMINATED) throw new CommandError(result);
  }
  return runCommand(argv);
}
