import { createHash } from 'node:crypto';
import { join } from 'node:path';
import {
  cacheDirectory,
  findImage,
  requireImage,
  tagImage,
  storeLock,
  takeLocks,
  type ImageDetails,
  type ImageId,
  type WantedLock,
} from '@immutablue/oci';
import type { BuildPlan } from '@immutablue/plan';
import { writeImageRecord, type ImageRecord } from '../ledger/image-record';
import type { BuildEvent, StageTiming } from '../report/event';
import { explain } from '../explain/explain';
import { summarizeStages } from '../explain/render';
import { lookup } from '../cache/lookup';
import { removeOrphans } from './containers';
import { execute } from './execute-plan';
import { codeDigest } from '../cache/code-digest';
import { forgetFailedStage } from '../ledger/failed-stage';
import { keysOf, readInputs } from '../cache/keys';
import { factsOf, lastBuildOf, readLastBuild, writeLastBuild } from '../ledger/last-build';

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
 * Builds an image as its plan says and gives its record, which is also in `dist/image.json`. Until all sub-stages have
 * succeeded the name keeps pointing to the previous image; whatever happens, no working container or mount stays behind
 * (unless `onFailure` is `keep`).
 *
 * @throws {DiagnosticError} for everything that can go wrong; the diagnostic says where and what to do.
 */
export async function buildImage(request: BuildRequest): Promise<ImageRecord> {
  const { plan, emit } = request;
  const started = performance.now();
  emit({ kind: 'build-started', plan, at: Date.now() });
  try {
    const locking = takeLocks(locksOf(request));
    // Read while the locks are being taken, of which it depends on none.
    const code = codeDigest();
    const locks = await locking;
    try {
      for (const name of await removeOrphans()) {
        emit({ kind: 'waiting', message: `removed ${name}, which an earlier build left behind` });
      }
      return await buildLocked(request, code, started);
    } finally {
      await locks.release();
    }
  } catch (error) {
    emit({ kind: 'build-failed', variant: plan.variant, milliseconds: performance.now() - started });
    throw error;
  }
}

/** Takes the image's name, which one build at a time may give, and the store, from which nothing is removed meanwhile. */
function locksOf({ plan, emit, signal }: BuildRequest): readonly WantedLock[] {
  const waiting = (message: string) => {
    emit({ kind: 'waiting', message: `${message}: waiting for it` });
  };
  return [
    {
      file: lockPath(plan),
      signal,
      onWait: (holder) => {
        waiting(`${plan.reference} is being built by ${holder}`);
      },
    },
    storeLock('shared', {
      signal,
      onWait: (holder) => {
        waiting(`old images are being removed by ${holder}`);
      },
    }),
  ];
}

async function buildLocked(request: BuildRequest, code: string, started: number): Promise<ImageRecord> {
  const { plan, emit } = request;
  const inputs = await readInputs(request, code);
  const keys = keysOf(plan, inputs);
  const choice = await lookup(request, keys, inputs);
  const last = await readLastBuild(request.workspaceRoot, plan.reference);
  const stages = explain({ plan, segments: keys.segments, choice, facts: factsOf(inputs), last });
  emit({ kind: 'explained', stages, summary: summarizeStages(stages, request.workspaceRoot) });

  const timings: StageTiming[] = [];
  const imageId = await execute(request, { keys, inputs, choice, last }, timings);
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
