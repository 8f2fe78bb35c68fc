import { writeFile } from 'node:fs/promises';
import { DiagnosticError } from '@immutablue/diagnostics';
import { CommandError, followLines } from '@immutablue/oci';
import { parseMessage, type AgentMessage } from '../agent/message';
import { checksOfBoot, type BootPlan } from '../checks-file/plan';
import { type Machine } from '../machine/machine';

export interface WatchOptions {
  readonly plan: BootPlan;
  /** Counted from 1. */
  readonly boot: number;
  /** How long the system may take to start; the checks and the end have their time besides. */
  readonly startTimeoutSeconds: number;
  readonly signal: AbortSignal;
  readonly onMessage: (message: AgentMessage) => void;
  readonly onConsole: (line: string) => void;
}

/** For firmware and kernel before systemd runs, and for systemd's own limit of 90 s on what does not stop. */
const MARGIN_SECONDS = 180;

/** How many lines of the console a machine's failure shows. */
const SHOWN_LINES = 20;

/**
 * Boots a machine once, and passes on what the agent in it says.
 *
 * @throws {DiagnosticError} `boot/machine-failed` when the machine ends before the agent is done, or does not end;
 *   `build/interrupted` when `signal` stops it.
 */
export async function watchBoot(machine: Machine, options: WatchOptions): Promise<void> {
  const seconds = deadlineSeconds(options);
  const deadline = AbortSignal.timeout(seconds * 1000);
  const console: string[] = [];
  const state: { last?: AgentMessage } = {};
  await writeFile(machine.channelFile, '');
  const follower = await followLines(machine.channelFile, (line) => {
    const message = parseMessage(line);
    if (message === undefined) return;
    state.last = message;
    options.onMessage(message);
  });
  try {
    await machine.boot({
      signal: AbortSignal.any([options.signal, deadline]),
      onConsole: (line) => {
        console.push(line);
        if (console.length > SHOWN_LINES) console.shift();
        options.onConsole(line);
      },
    });
  } catch (error) {
    if (!options.signal.aborted && deadline.aborted) {
      throw failure(machine, `was still on after ${seconds} s`, console, error);
    }
    if (!(error instanceof CommandError)) throw error;
    throw failure(machine, `ended with exit code ${error.result.exitCode}`, console, error);
  } finally {
    await follower.stop();
  }
  if (state.last?.kind !== 'end') throw failure(machine, 'was off before its checks were done', console);
}

function deadlineSeconds({ plan, boot, startTimeoutSeconds }: WatchOptions): number {
  return (
    MARGIN_SECONDS +
    startTimeoutSeconds +
    checksOfBoot(plan, boot).reduce((sum, { timeoutSeconds }) => sum + timeoutSeconds, 0)
  );
}

function failure(machine: Machine, what: string, console: readonly string[], cause?: unknown): DiagnosticError {
  return new DiagnosticError(
    {
      code: 'boot/machine-failed',
      message: `the machine (${machine.title}) ${what}`,
      notes: console.length === 0 ? ['its console said nothing'] : console,
      hint: 'dist/boot.log has all that its console said',
    },
    { cause },
  );
}
