import { createHash } from 'node:crypto';
import { join } from 'node:path';
import {
  cacheDirectory,
  findImage,
  requireImage,
  tagImage,
  takeLock,
  takeStore,
  toDigest,
  type Digest,
  type ImageDetails,
  type ImageId,
} from '@immutablue/oci';
import type { BuildPlan, StagePlan } from '../plan/plan';
import { writeImageRecord, type ImageRecord } from '../record';
import type { BuildEvent, StageTiming } from '../report/event';
import { explain } from '../explain/explain';
import { summarizeStages } from '../explain/render';
import { segmentsIn, type BuildKey, type Segment } from '../reuse/key';
import { choose, type Choice } from './choose';
import { removeAbandonedContainers } from './containers';
import { executeStages } from './execute';
import { forgetFailedStage, readFailedStage } from './failed-stage';
import { flattenIfNeeded } from './flatten';
import { keysOf, readInputs, type BuildInputs, type Keys } from './inputs';
import { factsOf, lastBuildOf, readLastBuild, writeLastBuild, type LastBuild } from './last-build';
import { writeBuildRecord, type BuildRecord } from './records';
import { labelsOf } from './labels';
import { placeOn } from './reuse';
import { runAgainAfterFaultOfBuildah } from './run-again';
import { likelyToFail, runSegment } from './run-segment';

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
    // What is there of a build must not be removed before it has all that it needs.
    const store = await takeStore('shared', {
      signal: request.signal,
      onWait: (holder) => {
        emit({ kind: 'waiting', message: `old images are being removed by ${holder}: waiting for it` });
      },
    });
    try {
      for (const name of await removeAbandonedContainers()) {
        emit({ kind: 'waiting', message: `removed ${name}, which an earlier build left behind` });
      }
      return await buildLocked(request, started);
    } finally {
      await store.release();
    }
  } catch (error) {
    emit({ kind: 'build-failed', variant: plan.variant, milliseconds: performance.now() - started });
    throw error;
  } finally {
    await lock.release();
  }
}

async function buildLocked(request: BuildRequest, started: number): Promise<ImageRecord> {
  const { plan, emit } = request;
  const inputs = await readInputs(request);
  const keys = keysOf(plan, inputs);
  const choice = await choose(request, keys, inputs);
  const last = await readLastBuild(request.workspaceRoot, plan.reference);
  const stages = explain({ plan, segments: keys.segments, choice, facts: factsOf(inputs), last });
  emit({ kind: 'explained', stages, summary: summarizeStages(stages, request.workspaceRoot) });

  const timings: StageTiming[] = [];
  const imageId = await carryOut(request, { keys, inputs, choice, last }, timings);
  const record = await publish(request, inputs.parent, imageId);
  await forgetFailedStage(request.workspaceRoot, plan.reference);
  await writeLastBuild(request.workspaceRoot, lastBuildOf({ plan, keys, inputs, imageId, timings, before: last }));
  if (choice.image.kind === 'none') {
    emit({ kind: 'build-finished', record, milliseconds: performance.now() - started, timings });
  } else {
    emit({ kind: 'image-reused', record, reason: stages[0]?.reasons[0]?.text ?? '' });
  }
  return record;
}

interface Decision {
  readonly keys: Keys;
  readonly inputs: BuildInputs;
  readonly choice: Choice;
  readonly last: LastBuild | undefined;
}

/** Does what was chosen: nothing, or the sub-stages whose result is not there. */
async function carryOut(
  request: BuildRequest,
  { keys, inputs, choice, last }: Decision,
  timings: StageTiming[],
): Promise<ImageId> {
  const { workspaceRoot, plan, signal } = request;
  const { parent } = inputs;
  const buildKey = { 'io.immutablue.build-key': keys.image };
  if (choice.image.kind !== 'none') {
    const labels = labelsOf(keys.segments.image.stages, parent, buildKey);
    return placeOn(parent, choice.image, { workspaceRoot, key: keys.image, labels, signal });
  }

  const execute = (from: ImageId, stages: readonly StagePlan[], packagesLayers: readonly Digest[]) =>
    runAgainAfterFaultOfBuildah(
      async () => {
        const own: StageTiming[] = [];
        const image = await executeStages(request, { ...inputs, from, stages, packagesLayers, labels: buildKey }, own);
        timings.push(...own);
        return image;
      },
      () => {
        request.emit({ kind: 'waiting', message: 'buildah itself failed: its sub-stages run once more' });
      },
    );
  const note = async (kind: BuildRecord['kind'], key: BuildKey, image: ImageId): Promise<readonly Digest[]> => {
    const { layers } = await requireImage(image, `build it again: \`npx nx build ${plan.variant}\``);
    const ownLayers = layers.slice(parent.layers.length);
    const where = { imageId: parent.id, layers: [...parent.layers] };
    await writeBuildRecord(workspaceRoot, key, {
      kind,
      variant: plan.variant,
      imageId: image,
      parent: where,
      ownLayers,
    });
    return ownLayers;
  };

  // A build from nothing, as for a release, is made at once; and what follows open repositories is not taken again.
  const keepBefore =
    request.reuse === 'never' || !inputs.repositories.isFixed
      ? undefined
      : likelyToFail(segmentsIn(keys.segments), await readFailedStage(workspaceRoot, plan.reference), last);
  const run = (segment: Segment, from: ImageId, packagesLayers: readonly Digest[]) =>
    runSegment({
      segment,
      from,
      keepBefore,
      beginnings: keys.beginnings,
      begun: choice.begun,
      placeBegun: ({ beginning, available }) =>
        placeOn(parent, available, { workspaceRoot, key: beginning.key, labels: {}, signal }),
      execute: (image, stages) => execute(image, stages, packagesLayers),
      noteBeginning: ({ key }, made) => note('beginning', key, made),
    });
  const { checkpoint, image } = keys.segments;
  if (checkpoint === undefined || keys.checkpoint === undefined) {
    const built = await run(image, parent.id, []);
    const whole =
      built.layers === 'at-once' ? built.image : await flattenIfNeeded(request, parent, built.image, COMMITS);
    await note('image', keys.image, whole);
    return whole;
  }
  let kept: ImageId;
  let packagesLayers: readonly Digest[];
  if (choice.checkpoint.kind === 'none') {
    const built = await run(checkpoint, parent.id, []);
    kept =
      built.layers === 'at-once'
        ? built.image
        : await flattenIfNeeded(request, parent, built.image, checkpoint.stages.at(-1)?.name ?? COMMITS);
    packagesLayers = await note('checkpoint', keys.checkpoint, kept);
  } else {
    kept = await placeOn(parent, choice.checkpoint, { workspaceRoot, key: keys.checkpoint, labels: {}, signal });
    packagesLayers = choice.checkpoint.record.ownLayers.map(toDigest);
  }
  const built = await run(image, kept, packagesLayers);
  const whole = await flattenIfNeeded(request, parent, built.image, COMMITS);
  await note('image', keys.image, whole);
  return whole;
}

/** The sub-stage that commits the image. */
const COMMITS = '90-post';

/** Gives the image its name and writes the record: the point from which the new image counts. */
async function publish(request: BuildRequest, parent: ImageDetails, imageId: ImageId): Promise<ImageRecord> {
  const { plan } = request;
  const image = await requireImage(imageId, `build it again: \`npx nx build ${plan.variant}\``);
  const record = createRecord(plan, parent, image);
  if ((await findImage(plan.reference))?.id !== imageId) await tagImage(imageId, plan.reference);
  await writeImageRecord(join(request.variantsDirectory, plan.variant), record);
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
