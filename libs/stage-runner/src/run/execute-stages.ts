import { DiagnosticError } from '@immutablue/diagnostics';
import { isTransientBuildahFailure, type ImageId } from '@immutablue/oci';
import { createPackageCache } from '../package-cache/package-cache';
import type { StagePlan } from '@immutablue/plan';
import type { StageTiming } from '../report/event';
import { containerName } from './containers';
import type { BuildRequest } from './build';
import type { RunContext } from './context';
import { noteFailedStage } from '../ledger/failed-stage';
import { labelsOf } from './labels';
import { recordOwnImage } from '../ledger/own-images';
import { runStep } from './steps';
import { openBuildRoot } from './build-root/build-root';

export type ExecuteInputs = Pick<RunContext, 'parent' | 'dependencies' | 'packagesLayers'> & {
  /** What this build adds to the labels of the plan. */
  readonly labels: Readonly<Record<string, string>>;
  /** What the first of the sub-stages works on: the parent, or a checkpoint on it. */
  readonly from: ImageId;
  readonly stages: readonly StagePlan[];
  /** The name that the image may have at once: it is all of the build. */
  readonly reference?: string;
};

/**
 * Runs sub-stages and gives the image that the last of them commits. Whatever happens, no container or mount stays behind,
 * unless `onFailure` is `keep`.
 */
export async function executeStages(
  request: BuildRequest,
  inputs: ExecuteInputs,
  timings: StageTiming[],
): Promise<ImageId> {
  const { plan, emit, signal } = request;
  const name = await containerName(plan.variant);
  const buildRoot = await openBuildRoot({
    name,
    from: inputs.from,
    parent: inputs.parent,
    stages: inputs.stages,
    labels: labelsOf(inputs.stages, inputs.parent, inputs.labels),
    ...(inputs.reference === undefined ? {} : { reference: inputs.reference }),
    afterwards: request.onFailure === 'keep' ? 'possible' : 'removed',
    signal,
  });
  const packages = createPackageCache(plan.variant, plan);
  const afterwards: { container: 'remove' | 'keep' } = { container: 'remove' };
  try {
    let committed: ImageId | undefined;
    for (const stage of inputs.stages) {
      const stageStarted = performance.now();
      const elapsed = () => performance.now() - stageStarted;
      emit({ kind: 'stage-started', stage: stage.name, steps: stage.steps.length });
      try {
        for (const step of stage.steps) {
          signal.throwIfAborted();
          emit({ kind: 'step-started', stage: stage.name, purpose: step.purpose });
          await buildRoot.before(step);
          const result = await runStep({ ...request, ...inputs, buildRoot, packages, stage: stage.name }, step);
          if (result.kind !== 'committed') continue;
          committed = result.imageId;
          const made = { variant: plan.variant, parentLayers: inputs.parent.layers.length };
          await recordOwnImage(request.workspaceRoot, committed, made);
        }
      } catch (error) {
        // It is not the sub-stage that has failed: it runs once more, from the beginning.
        if (isTransientBuildahFailure(error) && !signal.aborted) throw error;
        emit({ kind: 'stage-failed', stage: stage.name, milliseconds: elapsed() });
        if (signal.aborted) throw interrupted(plan.variant, stage.name, error);
        await noteFailedStage(request.workspaceRoot, plan.reference, stage.name);
        if (request.onFailure === 'keep') {
          afterwards.container = 'keep';
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
      if (afterwards.container === 'remove') await buildRoot.remove();
    } finally {
      await packages.close();
    }
  }
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
