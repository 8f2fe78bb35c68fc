import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { DiagnosticError } from '@immutablue/diagnostics';
import {
  cacheDirectory,
  createContainer,
  findImage,
  mountContainer,
  removeContainer,
  requireImage,
  tagImage,
  takeLock,
  type ImageDetails,
  type ImageId,
} from '@immutablue/oci';
import { openRoot } from '@immutablue/overrides';
import { buildKey, type BuildKey } from '../plan/key';
import type { BuildPlan } from '../plan/plan';
import { writeImageRecord, type ImageRecord } from '../record';
import type { BuildEvent, StageTiming } from '../report/event';
import { codeDigest } from './code-digest';
import { containerName, removeAbandonedContainers } from './containers';
import type { RunContext } from './context';
import { readDependenciesRecord } from './dependencies';
import { findParent } from './parent';
import { repositoryState } from './repository-state';
import { imageOfKey, noteImage, noteKey } from './state';
import { runStep } from './steps';

export interface BuildRequest {
  readonly plan: BuildPlan;
  readonly workspaceRoot: string;
  /** Absolute path of the folder that holds the variants' folders. */
  readonly variantsDirectory: string;
  /** Whether an image that was built under the same key may stand for this build. */
  readonly reuse: 'by-key' | 'never';
  /** What becomes of the working container when a step fails. */
  readonly onFailure: 'remove' | 'keep';
  readonly signal: AbortSignal;
  readonly emit: (event: BuildEvent) => void;
}

/**
 * Builds an image as its plan says and gives its record, which is also in `dist/image.json`. Until everything has
 * succeeded the name keeps pointing to the previous image; whatever happens, no working container or mount stays behind
 * (unless `onFailure` is `keep`).
 *
 * @throws {DiagnosticError} for everything that can go wrong; the diagnostic says where and what to do.
 */
export async function buildImage(request: BuildRequest): Promise<ImageRecord> {
  const { plan, emit } = request;
  const started = performance.now();
  emit({ kind: 'build-started', plan, at: Date.now() });
  const lock = await takeLock(lockPath(plan), {
    signal: request.signal,
    onWait: (holder) => {
      emit({ kind: 'waiting', message: `${plan.reference} is being built by ${holder}: waiting for it` });
    },
  });
  try {
    for (const name of await removeAbandonedContainers()) {
      emit({ kind: 'waiting', message: `removed ${name}, which an earlier build left behind` });
    }
    return await buildLocked(request, started);
  } catch (error) {
    emit({ kind: 'build-failed', variant: plan.variant, milliseconds: performance.now() - started });
    throw error;
  } finally {
    await lock.release();
  }
}

async function buildLocked(request: BuildRequest, started: number): Promise<ImageRecord> {
  const { plan, emit, workspaceRoot } = request;
  const parent = await findParent(plan, request);
  const dependencies = await findDependencies(request);
  const repositories = await repositoryState(plan, workspaceRoot);
  const key = buildKey({
    plan,
    parentImageId: parent.id,
    dependencyImageIds: [...dependencies.values()],
    repositoryState: repositories.state,
    codeDigest: await codeDigest(),
  });

  if (request.reuse === 'by-key' && repositories.isFixed) {
    const image = await imageOfKey(workspaceRoot, key);
    if (image !== undefined) {
      const record = await publish(request, parent, image.id);
      emit({ kind: 'image-reused', record, reason: 'nothing that goes into it has changed' });
      return record;
    }
  }

  const timings: StageTiming[] = [];
  const imageId = await runStages(request, { parent, dependencies, key }, timings);
  await noteKey(workspaceRoot, key, imageId);
  const record = await publish(request, parent, imageId);
  emit({ kind: 'build-finished', record, milliseconds: performance.now() - started, timings });
  return record;
}

async function runStages(
  request: BuildRequest,
  inputs: Pick<RunContext, 'parent' | 'dependencies' | 'key'> & { readonly key: BuildKey },
  timings: StageTiming[],
): Promise<ImageId> {
  const { plan, emit, signal } = request;
  const container = await containerName(plan.variant);
  const cleanUp: { container: 'remove' | 'keep' } = { container: 'remove' };
  try {
    await createContainer(inputs.parent.id, container, { signal });
    const root = await openRoot(await mountContainer(container, { signal }), { epochSeconds: inputs.parent.created });
    let committed: ImageId | undefined;
    for (const stage of plan.stages) {
      const stageStarted = performance.now();
      const elapsed = () => performance.now() - stageStarted;
      emit({ kind: 'stage-started', stage: stage.name, steps: stage.steps.length });
      try {
        for (const step of stage.steps) {
          signal.throwIfAborted();
          emit({ kind: 'step-started', stage: stage.name, purpose: step.purpose });
          const result = await runStep({ ...request, ...inputs, container, root, stage: stage.name }, step);
          if (result.kind === 'committed') committed = result.imageId;
        }
      } catch (error) {
        emit({ kind: 'stage-failed', stage: stage.name, milliseconds: elapsed() });
        if (signal.aborted) throw interrupted(plan, stage.name, error);
        if (request.onFailure === 'keep') {
          cleanUp.container = 'keep';
          emit({ kind: 'notice', stage: stage.name, message: keptMessage(container) });
        }
        throw error;
      }
      timings.push({ stage: stage.name, milliseconds: elapsed() });
      emit({ kind: 'stage-finished', stage: stage.name, steps: stage.steps.length, milliseconds: elapsed() });
    }
    if (committed === undefined) throw new Error('the plan has no step that commits');
    return committed;
  } finally {
    if (cleanUp.container === 'remove') await removeContainer(container);
  }
}

/** The images of the dep-builders. @throws {DiagnosticError} `oci/image-not-found` when one is not there. */
export async function findDependencies(
  request: Pick<BuildRequest, 'plan' | 'variantsDirectory'>,
): Promise<ReadonlyMap<string, ImageId>> {
  const { plan } = request;
  if (plan.dependencies.length === 0) return new Map();
  const images = await readDependenciesRecord(join(request.variantsDirectory, plan.variant));
  const hint = `build it: \`npx nx deps ${plan.variant}\``;
  for (const { variant, reference } of plan.dependencies) {
    await requireImage(images.get(variant) ?? reference, hint);
  }
  return images;
}

/** Gives the image its name and writes the record: the point from which the new image counts. */
async function publish(request: BuildRequest, parent: ImageDetails, imageId: ImageId): Promise<ImageRecord> {
  const { plan, workspaceRoot } = request;
  const image = await requireImage(imageId, `build it again: \`npx nx build ${plan.variant}\``);
  const record = createRecord(plan, parent, image);
  if ((await findImage(plan.reference))?.id !== imageId) await tagImage(imageId, plan.reference);
  await writeImageRecord(join(request.variantsDirectory, plan.variant), record);
  await noteImage(workspaceRoot, plan.variant, plan.reference, imageId);
  return record;
}

/** The record of an image. Pure. */
export function createRecord(plan: BuildPlan, parent: ImageDetails, image: ImageDetails): ImageRecord {
  return {
    variant: plan.variant,
    reference: plan.reference,
    imageId: image.id,
    digest: image.digest,
    parent: {
      ...(plan.parent.kind === 'variant' ? { variant: plan.parent.variant } : {}),
      reference: plan.parent.reference,
      imageId: parent.id,
    },
    release: plan.release,
    arch: plan.architecture,
    upstream: plan.upstream,
    options: [...plan.options],
    labels: Object.fromEntries(Object.entries(image.labels).sort(([left], [right]) => (left < right ? -1 : 1))),
    layers: [...image.layers],
    ownLayers: image.layers.slice(parent.layers.length),
  };
}

function lockPath(plan: BuildPlan): string {
  const name = createHash('sha256').update(plan.reference).digest('hex').slice(0, 16);
  return join(cacheDirectory(), 'locks', `${plan.variant}-${name}`);
}

function interrupted(plan: BuildPlan, stage: string, cause: unknown): DiagnosticError {
  return new DiagnosticError(
    {
      code: 'build/interrupted',
      message: `the build of \`${plan.variant}\` was interrupted in ${stage}`,
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
