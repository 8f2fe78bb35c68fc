import type { DiagnosticError } from '@immutablue/diagnostics';
import {
  CommandError,
  runInContainer,
  isTransientBuildahFailure,
  type CommandResult,
  type RunInContainer,
} from '@immutablue/oci';
import type { RunContext } from './context';
import { FAILURE_MARK } from './failure';
import { isNoise } from './noise';

/**
 * Runs a command in the build's container; each line is reported as it comes.
 *
 * @param explain makes the error of what the command printed.
 */
export async function runCommandOfStep(
  context: RunContext,
  run: Omit<RunInContainer, 'container'>,
  explain: (output: readonly string[], result: CommandResult) => DiagnosticError,
): Promise<void> {
  await context.packages.use(run.mounts ?? [], (mounts) => runWithMounts(context, { ...run, mounts }, explain));
}

async function runWithMounts(
  context: RunContext,
  run: Omit<RunInContainer, 'container'>,
  explain: (output: readonly string[], result: CommandResult) => DiagnosticError,
): Promise<void> {
  const output: string[] = [];
  try {
    await runInContainer(
      { ...run, environment: { ...reproducible(context), ...run.environment }, container: context.container },
      {
        signal: context.signal,
        parentDeathSignal: 'TERM',
        onLine: (line) => {
          if (isNoise(line)) return;
          output.push(line);
          if (!line.startsWith(FAILURE_MARK)) context.emit({ kind: 'output', stage: context.stage, line });
        },
      },
    );
  } catch (error) {
    if (!(error instanceof CommandError) || error.diagnostics[0].code === 'oci/no-space') throw error;
    // For those who can begin anew; see retryTransientBuildahFailure.
    if (isTransientBuildahFailure(error)) throw error;
    throw explain(output, error.result);
  }
}

/**
 * The time that programs write into what they make: rpm into its database, user management into /etc/shadow. With that of
 * the parent two builds of the same give the same; https://reproducible-builds.org/specs/source-date-epoch/
 */
function reproducible({ parent }: RunContext): Readonly<Record<string, string>> {
  return { SOURCE_DATE_EPOCH: String(parent.created) };
}
