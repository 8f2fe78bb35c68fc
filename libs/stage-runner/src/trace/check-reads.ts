import { join } from 'node:path';
import { DiagnosticError, type Diagnostic } from '@immutablue/diagnostics';
import { mountContainer, readText, type ImageDetails, withWorkingFolder, withContainer } from '@immutablue/oci';
import {
  COMMON_MOUNT,
  CONTEXT_MOUNT,
  kindOf,
  partsIn,
  partsOf,
  scriptPath,
  union,
  type BuildPlan,
  type PlannedScript,
  type Reads,
  type ScriptStep,
} from '@immutablue/plan';
import { hostMounts } from '../run/command';
import type { RunContext } from '../run/context';
import { runtimeOf } from '../run/runtime';
import { withTrial, type TrialRequest } from '../run/trial';
import { readScriptTrace } from './accesses';
import { readsBeyondHeader } from './finding';
import { createRootView } from './root-view';
import { readTrace, requireTracer, tracerArgv } from './tracer';
import { undeclaredReads } from './undeclared';

/** What has become of a script's header. */
export type CheckedHeader =
  /** Nothing can be beyond it: everything counts as read. */
  | { readonly kind: 'no-header'; readonly script: PlannedScript }
  | { readonly kind: 'kept'; readonly script: PlannedScript }
  | { readonly kind: 'beyond'; readonly script: PlannedScript; readonly diagnostic: Diagnostic };

/**
 * Runs a build's scripts once, each where its sub-stage runs it, in a container that is thrown away; those with a header
 * `# reads:` under a tracer, which says what they read.
 *
 * @throws {DiagnosticError} whatever the build would fail with up to the last of these scripts.
 */
export async function checkReads(request: TrialRequest): Promise<readonly CheckedHeader[]> {
  const { plan, signal, emit } = request;
  const steps = plan.stages.flatMap(({ name, steps }) => steps.map((step) => ({ stage: name, step })));
  const last = steps.findLastIndex(({ step }) => step.kind === 'script' && step.script.reads !== 'everything');
  const checked = new Map<ScriptStep, CheckedHeader>();
  const outcomes = (): CheckedHeader[] =>
    steps.flatMap(({ step }) =>
      step.kind === 'script' ? [checked.get(step) ?? { kind: 'no-header', script: step.script }] : [],
    );
  if (last === -1) return outcomes();
  await requireTracer();
  await withTrial('reads', request, (context) =>
    withMounted(context.parent, `below-${plan.variant}`, signal, async (below) => {
      for (const { stage, step } of steps.slice(0, last + 1)) {
        signal.throwIfAborted();
        const here = { ...context, stage };
        emit({ kind: 'step-started', stage, purpose: kindOf(step).purpose(step) });
        if (step.kind === 'script' && step.script.reads !== 'everything') {
          checked.set(step, await checkScript(here, step, step.script.reads, below));
        } else {
          await kindOf(step).run(step, runtimeOf(here, nothing));
        }
      }
    }),
  );
  return outcomes();
}

/** Commits no image: the next step works in the same container. */
function nothing(): Promise<void> {
  return Promise.resolve();
}

async function checkScript(
  context: RunContext,
  step: ScriptStep,
  header: Exclude<Reads, 'everything'>,
  below: string,
): Promise<CheckedHeader> {
  const { script } = step;
  return withWorkingFolder('trace', async (directory) => {
    const output = join(directory, 'trace');
    const { argv, seen } = await runTraced(context, step, tracerArgv(output));
    const sources = [COMMON_MOUNT, `${CONTEXT_MOUNT}/${scriptPath(script)}`];
    const trace = readScriptTrace(await readTrace(output), { command: argv, sources });
    if (trace === undefined) {
      throw new DiagnosticError({
        code: 'oci/unexpected-output',
        message: `strace does not tell of \`${argv.join(' ')}\``,
      });
    }
    const reads = undeclaredReads(
      trace,
      declaredFor(context.plan, step, header),
      [...NO_PART_OF_IMAGES, ...emptied(context.plan), ...seen],
      createRootView(context.root.mountPoint, below),
    );
    if (reads.length === 0) return { kind: 'kept', script };
    return {
      kind: 'beyond',
      script,
      diagnostic: readsBeyondHeader(script, await readText(script.file), reads),
    };
  });
}

/** Runs a script as a build does. @returns the command that it was started by, and where it saw something of this machine. */
async function runTraced(
  context: RunContext,
  step: ScriptStep,
  tracer: readonly string[],
): Promise<{ readonly argv: readonly string[]; readonly seen: readonly string[] }> {
  const runtime = runtimeOf({ ...context, tracer }, nothing);
  let argv: readonly string[] = [];
  let seen: readonly string[] = [];
  await kindOf(step).run(step, {
    ...runtime,
    command: async (command) => {
      argv = command.argv;
      seen = hostMounts(context, command.sees).map(({ target }) => target);
      await runtime.command(command);
    },
  });
  return { argv, seen };
}

/** What a container has that no image has: what buildah-run(1) mounts, and what steps are given. */
const NO_PART_OF_IMAGES = [
  '/dev',
  '/proc',
  '/sys',
  '/run/immutablue',
  '/run/secrets',
  '/run/.containerenv',
  '/etc/hosts',
  '/etc/resolv.conf',
] as const;

/** What is emptied in each image: what an image below had there is not in it either. */
function emptied({ stages }: BuildPlan): readonly string[] {
  return stages.flatMap(({ steps }) => steps.flatMap((step) => (step.kind === 'clean' ? step.empty : [])));
}

/** What a script has declared, and what the other steps of its part, or of the part before, read in any case. */
function declaredFor(
  plan: BuildPlan,
  script: ScriptStep,
  header: Exclude<Reads, 'everything'>,
): Exclude<Reads, 'everything'> {
  const parts = partsIn(partsOf(plan)).map(({ stages }) => stages.flatMap(({ steps }) => steps));
  const own = parts.findIndex((steps) => steps.includes(script));
  let declared = header;
  for (const step of parts.slice(0, own + 1).flat()) {
    if (step.kind === 'script') continue;
    const together = union(declared, kindOf(step).reads(step));
    if (together !== 'everything') declared = together;
  }
  return declared;
}

function withMounted(
  image: ImageDetails,
  purpose: string,
  signal: AbortSignal,
  use: (directory: string) => Promise<void>,
): Promise<void> {
  return withContainer(image, purpose, signal, async (name) => use(await mountContainer(name, { signal })));
}
