import { join } from 'node:path';
import { DiagnosticError } from '@immutablue/diagnostics';
import { toDigest, toImageId, type ImageDetails } from '@immutablue/oci';
import {
  keysOf,
  partsIn,
  repositoryDigest,
  type BuildPlan,
  type DepBuilder,
  type Keys,
  type Reads,
} from '@immutablue/plan';
import { findConflict } from '../cache/conflict';
import { lookupDepBuilder } from '../cache/dep-builder-lookup';
import { lookup, missedAll, readsOfParts, readsOfPrefix, type BuildLookup } from '../cache/lookup';
import { missed, type CacheHit, type CacheLookup } from '../cache/cache-lookup';
import { findKnownParent } from '../cache/parent';
import { layersOf, tryLayersOf } from '../cache/parent-changes';
import type { Remote } from '../cache/remote-cache';
import { buildsId, openLedger, type Ledger } from '../ledger/ledger';
import { readDepBuilderImages } from '../ledger/task-records';
import { explain, parentName, parentReason } from './explain';
import type { DepBuilderExplanation, DepBuilderReason, ImageExplanation, Prediction } from './model';
import { predictChanges, type PredictInput } from './predict';

export interface ExplainRequest {
  /** The plans of the image and of the variants that it stands on, the lowest first. */
  readonly plans: readonly [BuildPlan, ...BuildPlan[]];
  readonly workspaceRoot: string;
  readonly variantsDirectory: string;
  /** What other machines have built. */
  readonly remote?: Remote | undefined;
}

/**
 * Says what a build would do and why, without doing it: of the image, and of those below that it needs first. Where one of
 * them would be another image then, what follows for the next is worked out from what that build would write.
 */
export async function explainBuild(request: ExplainRequest): Promise<ImageExplanation[]> {
  const ledger = openLedger(request.workspaceRoot);
  const explanations: ImageExplanation[] = [];
  let below: Below = { prediction: { kind: 'same' } };
  for (const plan of request.plans) {
    const { explanation, ...explained } = await explainImage(plan, request, ledger, below);
    explanations.push(explanation);
    below = explained;
  }
  return explanations;
}

type LayeredImage = Pick<ImageDetails, 'id' | 'layers' | 'created'>;

/** What is known of the image that another one stands on. */
interface Below {
  readonly prediction: Prediction;
  /** The image that a build would give it, where that is cached. Its record may name another one, or be missing. */
  readonly image?: LayeredImage;
}

async function explainImage(
  plan: BuildPlan,
  { variantsDirectory, ...request }: ExplainRequest,
  ledger: Ledger,
  { prediction: below, image: imageBelow }: Below,
): Promise<Below & { readonly explanation: ImageExplanation }> {
  const { variant, reference } = plan;
  const { remote } = request;
  const last = (await ledger.read('builds', buildsId(reference)))?.last;
  const parent = imageBelow ?? (await parentIfThere(plan, variantsDirectory, ledger, remote));
  const recorded = await readDepBuilderImages(plan, join(variantsDirectory, variant));
  const depBuilders: DepBuilderExplanation[] = [];
  const depBuilderImages = new Map<string, string>();
  for (const depBuilder of plan.depBuilders) {
    const hit = parent === undefined ? undefined : await lookupDepBuilder(plan, depBuilder, parent, ledger, remote);
    const isDisturbed = hit !== undefined && disturbs(below, depBuilder);
    if (hit !== undefined && !isDisturbed) depBuilderImages.set(depBuilder.variant, hit.result.imageId);
    const reason = isDisturbed
      ? parentReason(parentName(plan), below)
      : depBuilderReason(plan, hit, recorded.has(depBuilder.variant));
    depBuilders.push({
      variant: depBuilder.variant,
      outcome: reason.kind === 'cached' ? 'reused' : 'runs',
      reason,
    });
  }
  const keys = keysOf(plan, depBuilderImages);
  const found =
    parent === undefined
      ? missedAll({ kind: 'new' })
      : await predicted(below, keys, await lookup({ plan, ledger, keys, parent, labels: {}, reuse: 'by-key', remote }));
  const stages = explain({ plan, depBuilderImages, parts: keys.parts, lookup: found, last, below });
  const image = parent === undefined ? undefined : imageOf(found.rest, parent);
  return {
    explanation: { variant, reference, depBuilders, stages },
    prediction: predictChanges({
      ...{ variant, stages, parts: keys.parts, lookup: found, last, below },
      stack: await layersBelow(found, parent),
      code: plan.code,
      repositories: repositoryDigest(plan.packages),
      depBuilders: Object.fromEntries(depBuilderImages),
    }),
    ...(image === undefined ? {} : { image }),
  };
}

/** What the part that runs starts from, where a checkpoint is cached. */
async function layersBelow(
  { rest, checkpoint }: BuildLookup,
  parent: LayeredImage | undefined,
): Promise<PredictInput['stack']> {
  if (parent === undefined || rest.kind !== 'miss' || checkpoint.kind === 'miss') return [];
  return tryLayersOf([...parent.layers, ...checkpoint.result.ownLayers.map(toDigest)]);
}

/** The image of a cache hit on this parent. One that is rebased is not there yet; its layers are known. */
function imageOf(found: CacheLookup, parent: LayeredImage): LayeredImage | undefined {
  if (found.kind === 'miss') return undefined;
  const layers = [...parent.layers, ...found.result.ownLayers.map(toDigest)];
  return { id: found.kind === 'same' ? toImageId(found.result.imageId) : REBASED, layers, created: parent.created };
}

/** The ID of no image: nothing was built on it. */
const REBASED = toImageId('0'.repeat(64));

function depBuilderReason(
  { repositories }: BuildPlan,
  hit: CacheHit | undefined,
  isRecorded: boolean,
): DepBuilderReason {
  if (hit !== undefined) return { kind: 'cached', ...(hit.source === 'store' ? {} : { source: hit.source }) };
  if (repositories.kind === 'open') return { kind: 'open-repositories' };
  return { kind: isRecorded ? 'changed' : 'never-built' };
}

/** What would be left of a lookup when the parent is what it is predicted to be. */
async function predicted(below: Prediction, keys: Keys, found: BuildLookup): Promise<BuildLookup> {
  if (below.kind === 'same') return found;
  const { parts } = keys;
  const rest = await afterwards(below, found.rest, readsOfParts(partsIn(parts)));
  if (rest.kind !== 'miss') return { checkpoint: rest, rest };
  const checkpoint =
    parts.checkpoint === undefined ? rest : await afterwards(below, found.checkpoint, parts.checkpoint.reads);
  if (found.prefix === undefined) return { checkpoint, rest };
  const { prefix } = found.prefix;
  const isAhead = parts.checkpoint !== undefined && prefix.part.kind === 'rest' && checkpoint.kind === 'miss';
  const hit = await afterwards(below, found.prefix.hit, readsOfPrefix(parts, prefix.part));
  if (isAhead || hit.kind === 'miss') return { checkpoint, rest };
  return { checkpoint, rest, prefix: { prefix, hit } };
}

async function afterwards(
  below: Exclude<Prediction, { kind: 'same' }>,
  found: CacheLookup,
  reads: Reads,
): Promise<CacheLookup> {
  if (found.kind === 'miss') return found;
  if (below.kind === 'unknown') return missed({ kind: 'parent' });
  const layers = await layersOf(found.result.ownLayers.map(toDigest));
  const conflict = findConflict(below.changes, reads, layers);
  const rebased: CacheHit = { ...found, kind: 'rebased' };
  return conflict === undefined ? rebased : missed({ kind: 'conflict', conflict });
}

function disturbs(below: Prediction, { reads }: DepBuilder): boolean {
  switch (below.kind) {
    case 'same':
      return false;
    case 'unknown':
      return true;
    case 'known':
      return findConflict(below.changes, reads, []) !== undefined;
  }
}

/** A parent that was not built yet is no fault here: it would be. */
async function parentIfThere(
  plan: BuildPlan,
  variantsDirectory: string,
  ledger: Ledger,
  remote: Remote | undefined,
): Promise<ImageDetails | undefined> {
  try {
    const signal = remote?.signal ?? new AbortController().signal;
    return await findKnownParent(plan, { variantsDirectory, signal }, { ledger, remote });
  } catch (error) {
    if (error instanceof DiagnosticError && NOT_THERE.includes(error.diagnostics[0].code)) return undefined;
    throw error;
  }
}

const NOT_THERE: readonly string[] = ['build/parent-missing', 'oci/image-not-found'];
