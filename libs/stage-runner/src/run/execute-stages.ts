import { DiagnosticError } from '@immutablue/diagnostics';
import { isTransientBuildahFailure, type ImageId, ownedName } from '@immutablue/oci';
import { kindOf, type StagePlan } from '@immutablue/plan';
import { buildsId, type Ledger } from '../ledger/ledger';
import { createPackageCache } from '../package-cache/package-cache';
import { METADATA_WRITTEN, waitFor, type StageTiming } from '../report/event';
import { openBuildRoot } from './build-root';
import { checkOwnLayer, type StartedStage } from './check-own-layer';
import type { RunContext } from './context';
import type { BuildRequest } from './request';
import { runtimeOf } from './runtime';

export type StagesInput = Pick<RunContext, 'parent' | 'depBuilderImages' | 'packagesLayers' | 'snapshot'> & {
  readonly ledger: Ledger;
  /** What the first of the sub-stages works on: the parent, or a checkpoint on it. */
  readonly from: ImageId;
  readonly stages: readonly StagePlan[];
};

/**
 * Runs sub-stages and gives the image that the last of them commits. Whatever happens, no container or mount stays behind,
 * unless `onFailure` is `keep`.
 *
 * @param timings gets how long each sub-stage took.
 */
export async function executeStages(
  request: BuildRequest,
  input: StagesInput,
  timings: StageTiming[],
): Promise<ImageId> {
  const { plan, emit, signal } = request;
  const { parent, stages } = input;
  const name = await ownedName(plan.variant);
  const buildRoot = await openBuildRoot({ name, from: input.from, parent, signal });
  const packages = createPackageCache(plan.variant, plan, waitFor(emit, METADATA_WRITTEN));
  const container: { afterwards: 'remove' | 'keep' } = { afterwards: 'remove' };
  let committed: ImageId | undefined;
  const started: StartedStage[] = [];
  const commit = async () => {
    await checkOwnLayer({ ...buildRoot, secrets: request.secrets }, started);
    committed = await buildRoot.commit();
    await input.ledger.write('images', committed, { variant: plan.variant, parentLayers: parent.layers.length });
  };
  try {
    for (const stage of stages) {
      const stageStarted = performance.now();
      started.push({ stage, at: Date.now() });
      const elapsed = () => performance.now() - stageStarted;
      const runtime = runtimeOf({ ...request, ...input, ...buildRoot, packages, stage: stage.name }, commit);
      emit({ kind: 'stage-started', stage: stage.name, steps: stage.steps.length });
      try {
        for (const step of stage.steps) {
          signal.throwIfAborted();
          const kind = kindOf(step);
          emit({ kind: 'step-started', stage: stage.name, purpose: kind.purpose(step) });
          await kind.run(step, runtime);
        }
      } catch (error) {
        // Buildah's failure, not the sub-stage's: the part is retried.
        if (isTransientBuildahFailure(error) && !signal.aborted) throw error;
        const cause = signal.aborted ? 'interruption' : 'fault';
        emit({ kind: 'stage-failed', stage: stage.name, cause, milliseconds: elapsed() });
        if (signal.aborted) throw interrupted(plan.variant, stage.name, error);
        await recordFailedStage(input.ledger, plan.reference, stage.name);
        if (request.onFailure === 'keep') {
          container.afterwards = 'keep';
          emit({ kind: 'notice', stage: stage.name, message: keptMessage(name) });
        }
        throw error;
      }
      timings.push({ stage: stage.name, milliseconds: elapsed() });
      emit({ kind: 'stage-finished', stage: stage.name, steps: stage.steps.length, milliseconds: elapsed() });
    }
    if (committed === undefined) throw new Error('the plan has no step that commits');
    return committed;
  } finally {
    try {
      if (container.afterwards === 'remove') await buildRoot.remove();
    } finally {
      await packages.close();
    }
  }
}

/** The next build keeps the prefix before it. */
async function recordFailedStage(ledger: Ledger, reference: string, failedStage: string): Promise<void> {
  const id = buildsId(reference);
  await ledger.write('builds', id, { ...(await ledger.read('builds', id)), reference, failedStage });
}

function interrupted(variant: string, stage: string, cause: unknown): DiagnosticError {
  return new DiagnosticError(
    {
      code: 'build/interrupted',
      message: `the build of \`${variant}\` was interrupted in ${stage}`,
      hint: 'the previous image is still there; nothing is left over from this build',
    },
    { cause },
  );
}

function keptMessage(container: string): string {
  return (
    `the container is kept: \`buildah run --isolation chroot ${container} -- bash\` opens a shell in it, ` +
    `\`buildah rm ${container}\` removes it; so does the next build`
  );
}
