import { execa } from 'execa';
import { executed, exitCodeOf, type Argv } from './process';

/** Signals that ask a program to end. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Runs the command that this process is a wrapper of: with its terminal, its environment and all its secrets. Signals go on to the
 * command, which decides what to make of them; it gets SIGTERM when this process is killed.
 *
 * @param environment what it gets besides the environment of this process.
 * @returns the exit code; as shells have it, 127 for a program that there is not, and 128 and its number for a signal.
 */
export async function runWrapped(argv: Argv, environment: Readonly<Record<string, string>>): Promise<number> {
  const [program, ...args] = executed(argv, 'TERM');
  const subprocess = execa(program, args, {
    env: environment,
    stdio: 'inherit',
    reject: false,
    // It may take as long as it needs to clean up.
    forceKillAfterDelay: false,
  });
  const stop = SIGNALS.map((signal) => {
    const passOn = () => {
      // A terminal sends it to all that run on it: a second one would mean something else.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) subprocess.kill(signal);
    };
    process.on(signal, passOn);
    return () => process.off(signal, passOn);
  });
  try {
    return exitCodeOf(argv, await subprocess);
  } finally {
    for (const off of stop) off();
  }
}
