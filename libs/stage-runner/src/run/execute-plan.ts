import {
  removeImage,
  requireImage,
  toDigest,
  type Digest,
  type ImageDetails,
  type ImageId,
  ownedName,
} from '@immutablue/oci';
import { asksRepositories, partsIn, type BuildKey, type Keys, type Part } from '@immutablue/plan';
import type { BuildLookup } from '../cache/lookup';
import { imageOn, rebaseOnto } from '../cache/rebase';
import { parentEntry, type Entry, type Result } from '../ledger/entry';
import type { Ledger } from '../ledger/ledger';
import type { StageTiming } from '../report/event';
import { executeStages, type StagesInput } from './execute-stages';
import { squashIfNeeded } from './squash';
import { labelsOf } from './labels';
import type { BuildRequest } from './request';
import { retryTransientBuildahFailure } from './retry-transient';
import { runPart, stageToCheckpointBefore } from './run-part';
import { takeSnapshot, type Snapshot } from './snapshot';

/** What a build is to do. */
export interface Decision {
  readonly ledger: Ledger;
  readonly keys: Keys;
  readonly parent: ImageDetails;
  readonly depBuilderImages: ReadonlyMap<string, ImageId>;
  readonly lookup: BuildLookup;
  /** What is known of earlier builds of the image. */
  readonly before: Entry<'builds'> | undefined;
}

/**
 * Does what was decided: nothing, or the sub-stages whose result is not cached.
 *
 * @param timings gets how long each sub-stage took.
 */
export async function executePlan(request: BuildRequest, decision: Decision, timings: StageTiming[]): Promise<ImageId> {
  const { keys, lookup, ledger, parent } = decision;
  const { signal } = request;
  if (lookup.rest.kind !== 'miss') {
    return rebaseOnto(parent, lookup.rest, { ledger, key: keys.rest, labels: labelsOf(decision), signal });
  }
  const snapshot = await takeSnapshot(await ownedName(request.plan.variant), { stages: request.plan.stages });
  try {
    return await executeParts(request, decision, snapshot, timings);
  } finally {
    await snapshot.remove();
  }
}

async function executeParts(
  request: BuildRequest,
  decision: Decision,
  snapshot: Snapshot,
  timings: StageTiming[],
): Promise<ImageId> {
  const { keys, lookup, ledger, parent } = decision;
  const { checkpoint, rest } = keys.parts;
  const run = (part: Part, from: ImageId, packagesLayers: readonly Digest[]) =>
    executePart(request, decision, { part, from, packagesLayers, snapshot }, timings);
  let from = parent.id;
  let packagesLayers: readonly Digest[] = [];
  if (checkpoint !== undefined && keys.checkpoint !== undefined) {
    if (lookup.checkpoint.kind === 'miss') {
      from = await run(checkpoint, parent.id, []);
      packagesLayers = await recordResult(request, decision, { of: 'checkpoint', key: keys.checkpoint, image: from });
    } else {
      const { signal } = request;
      from = await rebaseOnto(parent, lookup.checkpoint, { ledger, key: keys.checkpoint, labels: {}, signal });
      packagesLayers = lookup.checkpoint.result.ownLayers.map(toDigest);
    }
  }
  const image = await finishImage(request, decision, await run(rest, from, packagesLayers));
  await recordResult(request, decision, { of: 'rest', key: keys.rest, image });
  return image;
}

/** The image of what was built, made as it is out of a cached result: from the same layers it is the same. It takes the place of `built`. */
async function finishImage(request: BuildRequest, decision: Decision, built: ImageId): Promise<ImageId> {
  const { ledger, parent } = decision;
  const { plan, signal } = request;
  const { layers } = await requireImage(built, `build it again: \`npx nx build ${plan.variant}\``);
  const ownLayers = layers.slice(parent.layers.length);
  const image = await imageOn(parent, { variant: plan.variant, ownLayers, labels: labelsOf(decision), ledger, signal });
  if (image !== built && (await removeImage(built)) !== 'in-use') await ledger.forget('images', built);
  return image;
}

async function executePart(
  request: BuildRequest,
  decision: Decision,
  { part, from, ...given }: Pick<StagesInput, 'from' | 'packagesLayers' | 'snapshot'> & { readonly part: Part },
  timings: StageTiming[],
): Promise<ImageId> {
  const { keys, lookup, ledger, parent } = decision;
  const { signal } = request;
  const result = await runPart({
    part,
    from,
    keepBefore: stageToKeepBefore(request, decision),
    prefixes: keys.prefixes,
    hit: lookup.prefix,
    rebasePrefix: ({ prefix, hit }) => rebaseOnto(parent, hit, { ledger, key: prefix.key, labels: {}, signal }),
    execute: (image, stages) => {
      const input: StagesInput = { ...decision, ...given, from: image, stages };
      return executeRetrying(request, input, timings);
    },
    recordPrefix: async ({ key }, image) => {
      await recordResult(request, decision, { of: 'prefix', key, image });
    },
  });
  // A checkpoint that was made in one go is one layer.
  if (result.layers === 'in-one' && from === parent.id) return result.image;
  return squashIfNeeded(request, decision, result.image, part.stages.at(-1)?.name ?? '');
}

/** A build from nothing, as for a release, is made in one go; and what follows open repositories is not taken again. */
function stageToKeepBefore({ plan, reuse }: BuildRequest, { keys, before }: Decision): string | undefined {
  if (reuse === 'never' || plan.packages.kind !== 'fixed') return undefined;
  return stageToCheckpointBefore(partsIn(keys.parts), before?.failedStage, before?.last);
}

function executeRetrying(request: BuildRequest, input: StagesInput, timings: StageTiming[]): Promise<ImageId> {
  return retryTransientBuildahFailure(
    async () => {
      const own: StageTiming[] = [];
      const image = await executeStages(request, input, own);
      timings.push(...own);
      return image;
    },
    () => {
      request.emit({ kind: 'waiting', message: 'buildah crashed, retrying' });
    },
  );
}

/** Records what was built under a key. @returns the layers that it has above its parent. */
async function recordResult(
  { plan, remote }: BuildRequest,
  { ledger, parent, keys }: Decision,
  built: { readonly of: Result['of']; readonly key: BuildKey; readonly image: ImageId },
): Promise<readonly Digest[]> {
  const { layers } = await requireImage(built.image, `build it again: \`npx nx build ${plan.variant}\``);
  const ownLayers = layers.slice(parent.layers.length);
  const result: Result = {
    of: built.of,
    variant: plan.variant,
    imageId: built.image,
    parent: parentEntry(parent),
    ownLayers,
  };
  await ledger.write('results', built.key, result);
  // What follows open repositories is taken by no build, and a prefix is of use to the next one here alone.
  const isFixed = plan.packages.kind === 'fixed' || !partsIn(keys.parts).some(asksRepositories);
  if (isFixed && built.of !== 'prefix') await remote?.cache.store(built.key, result);
  return ownLayers;
}
