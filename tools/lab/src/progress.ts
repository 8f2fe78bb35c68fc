import { CommandError } from '@immutablue/oci';
import { DiagnosticError, diagnosticsOf, formatDuration, startHeartbeat, visibleOutput } from '@immutablue/diagnostics';
import { type LabContext, type StepContext } from './context';

/** How many of the last lines of a command that failed are shown. */
const NOTES = 10;

/** How much of a line of output is shown. */
const SHOWN = 90;

/**
 * Does one step of the lab, with a line now and then that says what it is at, and a line when it ends, which says how long it took.
 *
 * @throws {DiagnosticError} `lab/step-failed` with the last lines of the command that failed; other errors as they are.
 */
export async function step<T>(
  context: LabContext,
  title: string,
  work: (context: StepContext) => Promise<T>,
): Promise<T> {
  const started = performance.now();
  let latest = '';
  const say = (text: string) => {
    context.log(`${title}: ${text}`);
  };
  const heartbeat = startHeartbeat((seconds) => {
    say(`${seconds} s … ${latest.slice(0, SHOWN)}`);
  });
  try {
    const result = await work({
      ...context,
      progress: (line) => {
        if (line.trim() !== '') latest = visibleOutput(line.trim());
      },
    });
    say(`done in ${formatDuration(performance.now() - started)}`);
    return result;
  } catch (error) {
    if (context.signal.aborted && isInterruption(error)) throw interrupted(title, error);
    throw error instanceof CommandError ? stepFailed(title, error) : error;
  } finally {
    heartbeat.stop();
  }
}

function isInterruption(error: unknown): boolean {
  return diagnosticsOf(error)[0].code === 'build/interrupted';
}

function interrupted(title: string, cause: unknown): DiagnosticError {
  return new DiagnosticError(
    {
      code: 'build/interrupted',
      message: `interrupted while making: ${title}`,
      hint: 'nothing half-made is left: `nx run lab:up` goes on from here',
    },
    { cause },
  );
}

/** What to do about failures that a command's last lines tell. */
const HINTS = [
  {
    pattern:
      /could not resolve|temporary failure|connection (refused|timed out|failed)|unable to connect|failed to fetch|network is unreachable/i,
    hint: 'the Debian archive of this machine’s apt configuration could not be reached: check the network (`apt-get update`), then run `nx run lab:up` again',
  },
  {
    pattern: /unable to locate package linux-/i,
    hint: 'Debian has replaced the kernel that the root filesystem was made with: remove all of the lab with `nx run lab:down --all`, then run `nx run lab:up` again',
  },
] as const;

const GO_ON = 'what was made so far is kept: `nx run lab:up` goes on from here';

function stepFailed(title: string, error: CommandError): DiagnosticError {
  const [first] = error.diagnostics;
  if (first.code === 'oci/no-space') return error;
  const text = error.result.tail.join('\n');
  return new DiagnosticError(
    {
      code: 'lab/step-failed',
      message: `the lab could not make: ${title}`,
      notes: (first.notes ?? []).slice(-NOTES),
      hint: HINTS.find(({ pattern }) => pattern.test(text))?.hint ?? GO_ON,
    },
    { cause: error },
  );
}
