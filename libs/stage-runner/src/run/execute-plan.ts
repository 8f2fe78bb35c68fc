import { requireImage, toDigest, type Digest, type ImageId } from '@immutablue/oci';
import { partsIn, type BuildKey, type Part } from '@immutablue/plan';
import type { StageTiming } from '../report/event';
import type { BuildRequest } from './build';
import type { BuildLookup } from '../cache/lookup';
import { executeStages, type ExecuteInputs } from './execute-stages';
import { readFailedStage } from '../ledger/failed-stage';
import { flattenIfNeeded } from './flatten';
import type { BuildInputs, Keys } from '../cache/keys';
import { labelsOf } from './labels';
import type { LastBuild } from '../ledger/last-build';
import { writeBuildRecord, type BuildRecord } from '../ledger/cache-entries';
import { rebaseOnto } from '../cache/rebase';
import { retryTransientBuildahFailure } from './retry-transient';
import { stageToCheckpointBefore, runPart } from './run-segment';

/** What a build is to do. */
export interface Decision {
  readonly keys: Keys;
  readonly inputs: BuildInputs;
  readonly choice: BuildLookup;
  /** The last build that has succeeded. */
  readonly last: LastBuild | undefined;
}

/**
 * Does what was chosen: nothing, or the sub-stages whose result is not there.
 *
 * @param timings gets how long each sub-stage took.
 */
export async function execute(request: BuildRequest, decision: Decision, timings: StageTiming[]): Promise<ImageId> {
  const { workspaceRoot, signal } = request;
  const { keys, choice } = decision;
  const { parent } = decision.inputs;
  if (choice.image.kind !== 'none') {
    const labels = labelsOf(keys.segments.image.stages, parent, buildKeyOf(decision));
    return rebaseOnto(parent, choice.image, { workspaceRoot, key: keys.image, labels, signal });
  }
  const run = await runnerOf(request, decision, timings);
  const { checkpoint, image } = keys.segments;
  if (checkpoint === undefined || keys.checkpoint === undefined) {
    const built = await run(image, parent.id, []);
    await noteImage(request, decision, { kind: 'image', key: keys.image, image: built });
    return built;
  }
  let kept: ImageId;
  let packagesLayers: readonly Digest[];
  if (choice.checkpoint.kind === 'none') {
    kept = await run(checkpoint, parent.id, []);
    packagesLayers = await noteImage(request, decision, { kind: 'checkpoint', key: keys.checkpoint, image: kept });
  } else {
    kept = await rebaseOnto(parent, choice.checkpoint, { workspaceRoot, key: keys.checkpoint, labels: {}, signal });
    packagesLayers = choice.checkpoint.record.ownLayers.map(toDigest);
  }
  const built = await run(image, kept, packagesLayers);
  await noteImage(request, decision, { kind: 'image', key: keys.image, image: built });
  return built;
}

/** The label by which an image says from what it was built. */
function buildKeyOf({ keys }: Decision): Readonly<Record<string, string>> {
  return { 'io.immutablue.build-key': keys.image };
}

type RunOfSegment = (segment: Part, from: ImageId, packagesLayers: readonly Digest[]) => Promise<ImageId>;

/** Gives a function that runs a part of the build, on what the part before has left. */
async function runnerOf(request: BuildRequest, decision: Decision, timings: StageTiming[]): Promise<RunOfSegment> {
  const { workspaceRoot, signal } = request;
  const { keys, inputs, choice } = decision;
  const { parent } = inputs;
  const keepBefore = await stageToKeepBefore(request, decision);
  return async (segment, from, packagesLayers) => {
    const result = await runPart({
      segment,
      from,
      keepBefore,
      beginnings: keys.beginnings,
      begun: choice.begun,
      rebasePrefix: ({ beginning, available }) =>
        rebaseOnto(parent, available, { workspaceRoot, key: beginning.key, labels: {}, signal }),
      execute: (image, stages) => {
        const isWhole = segment.kind === 'image' && stages.length === segment.stages.length;
        return executeRetrying(
          request,
          {
            ...inputs,
            from: image,
            stages,
            packagesLayers,
            labels: buildKeyOf(decision),
            ...(isWhole ? { reference: request.plan.reference } : {}),
          },
          timings,
        );
      },
      recordPrefix: async ({ key }, image) => {
        await noteImage(request, decision, { kind: 'beginning', key, image });
      },
    });
    // A checkpoint that was made at once is one layer.
    if (result.layers === 'at-once' && from === parent.id) return result.image;
    return flattenIfNeeded(request, parent, result.image, segment.stages.at(-1)?.name ?? '');
  };
}

/** A build from nothing, as for a release, is made at once; and what follows open repositories is not taken again. */
async function stageToKeepBefore(
  { workspaceRoot, plan, reuse }: BuildRequest,
  { keys, inputs, last }: Decision,
): Promise<string | undefined> {
  if (reuse === 'never' || !inputs.repositories.isFixed) return undefined;
  return stageToCheckpointBefore(partsIn(keys.segments), await readFailedStage(workspaceRoot, plan.reference), last);
}

function executeRetrying(request: BuildRequest, inputs: ExecuteInputs, timings: StageTiming[]): Promise<ImageId> {
  return retryTransientBuildahFailure(
    async () => {
      const own: StageTiming[] = [];
      const image = await executeStages(request, inputs, own);
      timings.push(...own);
      return image;
    },
    () => {
      request.emit({ kind: 'waiting', message: 'buildah itself failed: its sub-stages run once more' });
    },
  );
}

/** Notes what was built under a key. @returns the layers that it has above its parent. */
async function noteImage(
  { workspaceRoot, plan }: BuildRequest,
  { inputs: { parent } }: Decision,
  built: { readonly kind: BuildRecord['kind']; readonly key: BuildKey; readonly image: ImageId },
): Promise<readonly Digest[]> {
  const { layers } = await requireImage(built.image, `build it again: \`npx nx build ${plan.variant}\``);
  const ownLayers = layers.slice(parent.layers.length);
  await writeBuildRecord(workspaceRoot, built.key, {
    kind: built.kind,
    variant: plan.variant,
    imageId: built.image,
    parent: { imageId: parent.id, layers: [...parent.layers] },
    ownLayers,
  });
  return ownLayers;
}
