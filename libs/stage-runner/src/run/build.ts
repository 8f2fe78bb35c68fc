import { join } from 'node:path';
import { DiagnosticError } from '@immutablue/diagnostics';
import {
  findImage,
  requireImage,
  imageLock,
  storeLock,
  tagImage,
  takeLocks,
  type ImageDetails,
  type ImageId,
  type WantedLock,
  removeOrphans,
} from '@immutablue/oci';
import { keysOf, partsIn, repositoryDigest, type BuildPlan } from '@immutablue/plan';
import { findKnownImage, isStored, placeOf } from '../cache/deferred';
import { findDepBuilderImages } from '../cache/dep-builder-images';
import { requireFetched } from '../cache/fetch-deferred';
import { lookup, type BuildLookup } from '../cache/lookup';
import type { CacheLookup, CacheMiss } from '../cache/cache-lookup';
import { offerImage } from '../cache/offer';
import { findKnownParent } from '../cache/parent';
import { underClaim, type Claiming } from '../cache/under-claim';
import { explain } from '../explain/explain';
import { summarizeStages } from '../explain/render';
import { reasonText } from '../explain/words';
import { parentEntry, type Entry } from '../ledger/entry';
import { buildsId, openLedger } from '../ledger/ledger';
import { writeImageRecord, type ImageRecord } from '../ledger/task-records';
import { IMAGES_REMOVED, waitFor, type StageTiming } from '../report/event';
import { lostAttributes } from './lost-attributes';
import { executePlan, type Decision } from './execute-plan';
import { labelsOf } from './labels';
import type { BuildRequest } from './request';

/**
 * Builds an image as its plan says and gives its record, which is also in `dist/image.json`. Until all sub-stages have
 * succeeded the name keeps pointing to the previous image; whatever happens, no working container or mount stays behind
 * (unless `onFailure` is `keep`).
 *
 * @throws {DiagnosticError} for everything that can go wrong; the diagnostic says where and what to do.
 */
export async function buildImage(request: BuildRequest): Promise<ImageRecord> {
  const started = performance.now();
  const { plan, emit, signal } = request;
  // One build at a time may give the name.
  const name = await imageLock(plan.reference, {
    signal,
    onWait: waitFor(emit, `${plan.reference} is being built`),
  });
  return underLocks(request, [name], () => buildLocked(request, started));
}

/** Does the work of a build, in which nothing is removed from the store. What an earlier one has left behind is removed first. */
export async function underLocks<T>(
  request: Pick<BuildRequest, 'plan' | 'emit' | 'signal'>,
  others: readonly WantedLock[],
  work: () => Promise<T>,
): Promise<T> {
  const { plan, emit } = request;
  const started = performance.now();
  emit({ kind: 'build-started', plan, at: Date.now() });
  try {
    requireRepositories(plan);
    const { signal } = request;
    const store = await storeLock('shared', { signal, onWait: waitFor(emit, IMAGES_REMOVED) });
    const locks = await takeLocks([...others, store]);
    try {
      for (const name of await removeOrphans()) {
        emit({ kind: 'waiting', message: `removed ${name}, which an earlier build left behind` });
      }
      return await work();
    } finally {
      await locks.release();
    }
  } catch (error) {
    emit({ kind: 'build-failed', variant: plan.variant, milliseconds: performance.now() - started });
    throw error;
  }
}

/** @throws {DiagnosticError} `lab/incomplete` when the lab has no repository. */
export function requireRepositories({ repositories, packages }: BuildPlan): void {
  for (const state of [repositories, packages]) {
    if (state.kind !== 'missing') continue;
    throw new DiagnosticError({
      code: 'lab/incomplete',
      message: `the lab's package repository is not there: no \`${state.file}\``,
      hint: 'make it: `npx nx run lab:up`',
    });
  }
}

async function buildLocked(request: BuildRequest, started: number): Promise<ImageRecord> {
  const { plan, emit, reuse } = request;
  const ledger = openLedger(request.workspaceRoot);
  const { remote } = request;
  const parent = await findKnownParent(plan, request, { ledger, remote });
  const depBuilderImages = await findDepBuilderImages(plan, request.variantsDirectory, remote && ledger);
  const keys = keysOf(plan, depBuilderImages);
  const look = () => lookup({ plan, ledger, keys, parent, labels: labelsOf({ keys, parent }), reuse, remote });
  const first = await look();
  const claiming: Claiming<BuildLookup> = {
    cache: isSharable(first) ? remote?.cache : undefined,
    ...{ key: keys.rest, what: plan.reference, first, look },
    isHit: ({ rest }) => rest.kind !== 'miss',
    say: (message) => {
      emit({ kind: 'waiting', message });
    },
  };
  const before = await ledger.read('builds', buildsId(plan.reference));
  return underClaim(claiming, (found) =>
    buildFound(request, { ledger, keys, parent, depBuilderImages, lookup: found, before }, started),
  );
}

/** What was asked to be built here, and what follows open repositories, others neither wait for nor get. */
function isSharable({ rest }: BuildLookup): boolean {
  return rest.kind !== 'miss' || !(['clean', 'open-repositories'] as CacheMiss['kind'][]).includes(rest.miss.kind);
}

async function buildFound(request: BuildRequest, decision: Decision, started: number): Promise<ImageRecord> {
  const { plan, emit } = request;
  const { ledger, keys, depBuilderImages, lookup: found, before } = decision;
  const stages = explain({ plan, depBuilderImages, parts: keys.parts, lookup: found, last: before?.last });
  emit({ kind: 'explained', stages, summary: summarizeStages(stages, request.workspaceRoot) });

  if (found.rest.kind === 'miss') {
    for (const message of await lostAttributes(plan, request.workspaceRoot)) {
      emit({ kind: 'warning', stage: '10-copy', message });
    }
  }
  const timings: StageTiming[] = [];
  if (isRead(found.rest)) await fetchRead(request, decision);
  const imageId = await executePlan(request, decision, timings);
  // Who fetches an image of that name meanwhile gives it no more.
  await ledger.write('builds', buildsId(plan.reference), finishedBuild(plan, decision, imageId, timings));
  const record = await publish(request, decision, imageId);
  if (found.rest.kind === 'miss') {
    emit({ kind: 'build-finished', record, milliseconds: performance.now() - started, timings });
    return record;
  }
  if (found.rest.source === 'store' && request.remote !== undefined)
    await offerImage(request.remote.cache, ledger, keys);
  const reason = stages[0] === undefined ? '' : reasonText(stages[0].reasons[0]);
  emit({ kind: 'image-reused', record, reason, place: await placeOf(imageId) });
  return record;
}

/** Whether an image is made, for which its parent has to be in the store. */
function isRead(rest: CacheLookup): boolean {
  return rest.kind === 'miss' || (rest.kind === 'rebased' && rest.source === 'store');
}

/** Has in the store what the work is about to read: the parent, and what the dep-builders have made. */
async function fetchRead({ plan, remote }: BuildRequest, decision: Decision): Promise<void> {
  if (remote === undefined) return;
  const isRun = decision.lookup.rest.kind === 'miss';
  const images = [decision.parent.id, ...(isRun ? decision.depBuilderImages.values() : [])];
  await requireFetched(images, { ...remote, ledger: decision.ledger, variant: plan.variant });
}

/** Gives the image its name and writes the record: the point from which the new image counts. */
async function publish(request: BuildRequest, { parent, ledger }: Decision, imageId: ImageId): Promise<ImageRecord> {
  const { plan } = request;
  const image =
    (await findKnownImage(ledger, imageId)) ??
    (await requireImage(imageId, `build it again: \`npx nx build ${plan.variant}\``));
  const record = createRecord(plan, parent, image);
  // A deferred one gets it when it is fetched.
  if ((await isStored(imageId)) && (await findImage(plan.reference))?.id !== imageId) {
    await tagImage(imageId, plan.reference);
  }
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

/** What is kept of a finished build: sub-stages that did not run this time took as long as they did when they ran last. */
function finishedBuild(
  plan: BuildPlan,
  { keys, parent, depBuilderImages, before }: Decision,
  imageId: ImageId,
  timings: readonly StageTiming[],
): Entry<'builds'> {
  const ran: Record<string, number> = {};
  for (const { stage, milliseconds } of timings) ran[stage] = Math.round(milliseconds);
  return {
    reference: plan.reference,
    last: {
      imageId,
      parent: parentEntry(parent),
      inputs: partsIn(keys.parts).flatMap(({ inputs }) => [...inputs]),
      depBuilders: Object.fromEntries(depBuilderImages),
      repositories: repositoryDigest(plan.packages),
      code: plan.code,
      durations: { ...before?.last?.durations, ...ran },
    },
  };
}
