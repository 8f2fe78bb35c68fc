import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DiagnosticError } from '@immutablue/diagnostics';
import {
  cacheDirectory,
  CommandError,
  isNoise,
  isTransientBuildahFailure,
  tryInContainer,
  type BindMount,
  type CommandResult,
} from '@immutablue/oci';
import {
  COMMON_MOUNT,
  CONTEXT_MOUNT,
  mountsOf,
  scriptPath,
  SECRETS_MOUNT,
  type HostFolders,
  type Seen,
  type StepCommand,
} from '@immutablue/plan';
import { scriptOutput } from '../report/event';
import type { RunContext } from './context';
import { namingFullCache } from './full-cache';
import { credentialMounts, curlMounts } from '../secrets/credentials';
import { explainCommand, explainScript, FAILURE_MARK } from './failure';
import { failedScriptlets, judgeScriptlets } from './scriptlets';

/** Makes the error of what a command printed. */
export type ExplainFailure = (output: readonly string[], result: CommandResult) => DiagnosticError;

/**
 * Runs a command of a step in the build's container; each line is reported as it comes.
 *
 * @param more what it sees of this machine besides.
 * @throws {DiagnosticError} when it fails, with what it said traced to where it comes from.
 */
export async function runStepCommand(
  context: RunContext,
  command: StepCommand,
  more: readonly BindMount[] = [],
  explain?: ExplainFailure,
): Promise<void> {
  const where = { variant: context.plan.variant, stage: context.stage };
  switch (command.origin.kind) {
    case 'names': {
      const { names, scriptlets } = command.origin;
      const explained = explain ?? ((...said) => explainCommand(where, command.argv, names, ...said));
      const judge = async (output: readonly string[], transaction: 'done' | 'failed') => {
        if (scriptlets === undefined) return;
        await judgeScriptlets(context, failedScriptlets(output), { names, scriptlets, transaction });
      };
      await judge(await run(context, command, more, explained, judge), 'done');
      return;
    }
    case 'script': {
      const { script } = command.origin;
      const folder = context.snapshot.folderOf(script.sees);
      const source = await readFile(join(folder, scriptPath(script)), 'utf8');
      const mounts: BindMount[] = [
        { source: folder, target: CONTEXT_MOUNT, access: 'read-only' },
        { source: context.snapshot.commonOf(script), target: COMMON_MOUNT, access: 'read-only' },
        ...context.secrets.mountsFor(script.secrets),
      ];
      try {
        await run(context, command, mounts, (...said) => explainScript(where, script, source, ...said));
      } finally {
        // Where something was mounted, an empty file stays: the next script would take it for a secret.
        if (script.secrets.length > 0) await context.root.remove(SECRETS_MOUNT);
      }
    }
  }
}

/** The mounts that show a program what it sees of this machine. */
export function hostMounts(context: Pick<RunContext, 'plan'>, seen: readonly Seen[]): BindMount[] {
  return mountsOf(seen, hostFolders(context));
}

/** Where on this machine things are that programs of a build see. */
export function hostFolders({ plan: { repositories } }: Pick<RunContext, 'plan'>): HostFolders {
  const repository = repositories.kind === 'fixed' ? repositories.folder : undefined;
  return { repository, cacheDirectory: cacheDirectory() };
}

async function run(
  context: RunContext,
  command: StepCommand,
  more: readonly BindMount[],
  explain: ExplainFailure,
  judge?: (output: readonly string[], transaction: 'failed') => Promise<void>,
): Promise<readonly string[]> {
  const { sees } = command;
  return useStepCommand(context, command, more, async ({ output, result }) => {
    if (result.exitCode === 0) return output;
    const error = new CommandError(result);
    // For those who can begin again; see retryTransientBuildahFailure.
    if (isTransientBuildahFailure(error)) throw error;
    if (error.diagnostics[0].code === 'oci/no-space') throw await namingFullCache(error);
    await judge?.(output, 'failed');
    const explained = explain(output, result);
    // Package managers say that a server is to blame when they cannot keep what they fetch.
    throw sees.includes('packages') ? await namingFullCache(explained) : explained;
  });
}

/** What a command has printed, line by line, and how it ended. */
export interface StepCommandResult {
  readonly output: readonly string[];
  readonly result: CommandResult;
}

/** Like {@link runStepCommand}, of a command that is a question: a non-zero exit code is an ordinary result. */
export function tryStepCommand(
  context: RunContext,
  command: StepCommand,
  more: readonly BindMount[] = [],
): Promise<StepCommandResult> {
  return useStepCommand(context, command, more, (said) => Promise.resolve(said));
}

/** @param use is given the result; if it throws, what was fetched for the command is not kept. */
async function useStepCommand<T>(
  context: RunContext,
  command: StepCommand,
  more: readonly BindMount[],
  use: (said: StepCommandResult) => Promise<T>,
): Promise<T> {
  const { argv, sees, environment, proxies } = command;
  const wanted = [...more, ...hostMounts(context, sees), ...(await credentialsFor(context, command))];
  return context.packages.use(wanted, async (mounts) => {
    const output: string[] = [];
    const result = await tryInContainer(
      {
        container: context.container,
        command: argv,
        ...(context.tracer === undefined ? {} : { tracer: context.tracer }),
        mounts,
        environment: { ...reproducible(context), ...environment },
      },
      {
        signal: context.signal,
        mask: context.secrets.mask,
        proxies,
        onLine: (line) => {
          if (isNoise(line)) return;
          output.push(line);
          if (line.startsWith(FAILURE_MARK)) return;
          context.emit(
            command.origin.kind === 'script'
              ? scriptOutput(context.stage, line)
              : { kind: 'output', stage: context.stage, line },
          );
        },
      },
    );
    if (result.left.length > 0) {
      context.emit({ kind: 'warning', stage: context.stage, message: leftMessage(result.left) });
    }
    return use({ output, result });
  });
}

/** What opens repositories, for the programs that fetch from them; no script of a variant is one. */
async function credentialsFor(
  { plan, root, secrets }: RunContext,
  { credential, sees, origin }: StepCommand,
): Promise<BindMount[]> {
  if (credential !== undefined) return curlMounts(credential, secrets);
  if (origin.kind === 'script' || !sees.includes('packages')) return [];
  return credentialMounts(plan.credentials, root, secrets);
}

/** What to say of processes that a command has left. */
export function leftMessage(left: readonly string[]): string {
  return `killed what went on after the command had ended: ${left.join(', ')}`;
}

/**
 * The time that programs write into what they make: rpm into its database, user management into /etc/shadow. With that of
 * the parent two builds of the same give the same; https://reproducible-builds.org/specs/source-date-epoch/
 */
function reproducible({ parent }: RunContext): Readonly<Record<string, string>> {
  return { SOURCE_DATE_EPOCH: String(parent.created) };
}
