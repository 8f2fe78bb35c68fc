import { join } from 'node:path';
import { DiagnosticError } from '@immutablue/diagnostics';
import { toDigest, type ImageDetails, type ImageId } from '@immutablue/oci';
import { explain, type StageExplanation } from './explain';
import { predictChanges, type Prediction } from './predict';
import { type BuildPlan, partsIn, type Reads } from '@immutablue/plan';
import { findConflict } from '../cache/conflict';
import { lookup, readsOfPrefix, type BuildLookup } from '../cache/lookup';
import { codeDigest } from '../cache/code-digest';
import { readDependenciesRecord } from '../run/dependencies';
import { keysOf } from '../cache/keys';
import { factsOf, readLastBuild } from '../ledger/last-build';
import { layersOf } from '../cache/parent-changes';
import { findParent } from '../run/parent';
import { openRepositoryState, repositoryState } from '../cache/repository-state';
import { readsOfParts, type CacheLookup } from '../cache/rebase';
import { reusableDependency } from '../cache/dep-builder-lookup';

export interface ExplainRequest {
  /** The plans of the image and of the variants that it stands on, the lowest first. */
  readonly plans: readonly [BuildPlan, ...BuildPlan[]];
  readonly workspaceRoot: string;
  readonly variantsDirectory: string;
}

/** What a build would do with one image. */
export interface ImageExplanation {
  readonly variant: string;
  readonly reference: string;
  readonly dependencies: readonly DependencyExplanation[];
  readonly stages: readonly StageExplanation[];
}

/** What a build would do with a dep-builder. */
export interface DependencyExplanation {
  readonly variant: string;
  readonly outcome: 'reused' | 'runs';
  readonly reason: string;
}

/**
 * Says what a build would do and why, without doing it: of the image, and of those below that it needs first. Where one of
 * them would be another image then, what follows for the next is worked out from what that build would write.
 */
export async function explainBuild(request: ExplainRequest): Promise<ImageExplanation[]> {
  const explanations: ImageExplanation[] = [];
  let below: Prediction = { kind: 'same' };
  for (const plan of request.plans) {
    const explained = await explainImage(plan, request, below);
    explanations.push(explained.explanation);
    below = explained.prediction;
  }
  return explanations;
}

async function explainImage(
  plan: BuildPlan,
  request: ExplainRequest,
  below: Prediction,
): Promise<{ readonly explanation: ImageExplanation; readonly prediction: Prediction }> {
  const { workspaceRoot } = request;
  const last = await readLastBuild(workspaceRoot, plan.reference);
  const repositories = await repositoryState(plan, workspaceRoot);
  const open = await openRepositoryState(plan, workspaceRoot);
  const parent = await parentIfThere(plan, request);
  const known = await readDependenciesRecord(join(request.variantsDirectory, plan.variant));
  const dependencies: DependencyExplanation[] = [];
  const images = new Map<string, ImageId>();
  for (const dependency of plan.dependencies) {
    const image =
      parent === undefined
        ? undefined
        : await reusableDependency(plan, dependency, { workspaceRoot, parent, repositories: open }).find();
    const isDisturbed = image !== undefined && disturbs(below, dependency.reads);
    if (image !== undefined && !isDisturbed) images.set(dependency.variant, image);
    dependencies.push(explainDependency(dependency.variant, image !== undefined, isDisturbed, known, below));
  }
  const facts = { dependencies: images, repositories, codeDigest: codeDigest() };
  const keys = keysOf(plan, facts);
  const choice =
    parent === undefined
      ? nothing
      : await predicted(below, keys, await lookup({ reuse: 'by-key', workspaceRoot }, keys, { ...facts, parent }));
  const stages = explain({
    plan,
    segments: keys.segments,
    choice,
    facts: factsOf(facts),
    last,
    below,
  });
  return {
    explanation: { variant: plan.variant, reference: plan.reference, dependencies, stages },
    prediction: predictChanges(plan.variant, stages, keys.segments, choice, last, below),
  };
}

const nothing: BuildLookup = {
  checkpoint: { kind: 'none', obstacle: { kind: 'new' } },
  image: { kind: 'none', obstacle: { kind: 'new' } },
};

/** What would be left of a choice when the parent is what it is predicted to be. */
async function predicted(
  below: Prediction,
  keys: ReturnType<typeof keysOf>,
  choice: BuildLookup,
): Promise<BuildLookup> {
  const after = async (available: CacheLookup, reads: Reads): Promise<CacheLookup> => {
    if (available.kind === 'none' || below.kind === 'same') return available;
    if (below.kind === 'unknown') return { kind: 'none', obstacle: { kind: 'parent' } };
    const layers = await layersOf(available.record.ownLayers.map(toDigest));
    const conflict = findConflict(below.changes, reads, layers);
    return conflict === undefined
      ? { kind: 'moved', record: available.record }
      : { kind: 'none', obstacle: { kind: 'conflict', conflict } };
  };
  const { checkpoint } = keys.segments;
  const image = await after(choice.image, readsOfParts(partsIn(keys.segments)));
  if (image.kind !== 'none') return { checkpoint: image, image };
  const kept = checkpoint === undefined ? image : await after(choice.checkpoint, checkpoint.reads);
  const { begun } = choice;
  if (begun === undefined) return { checkpoint: kept, image };
  const { segment } = begun.beginning;
  const isAhead = checkpoint !== undefined && segment.kind === 'image' && kept.kind === 'none';
  const available = await after(begun.available, readsOfPrefix(keys.segments, segment));
  if (isAhead || available.kind === 'none') return { checkpoint: kept, image };
  return { checkpoint: kept, image, begun: { beginning: begun.beginning, available } };
}

function disturbs(below: Prediction, reads: Reads): boolean {
  switch (below.kind) {
    case 'same':
      return false;
    case 'unknown':
      return true;
    case 'known':
      return findConflict(below.changes, reads, []) !== undefined;
  }
}

function explainDependency(
  variant: string,
  isKnown: boolean,
  isDisturbed: boolean,
  known: ReadonlyMap<string, ImageId>,
  below: Prediction,
): DependencyExplanation {
  if (isKnown && !isDisturbed) {
    return { variant, outcome: 'reused', reason: 'nothing that it is made from or reads has changed' };
  }
  const reason = isDisturbed
    ? `what it reads of the image that it runs in may change: ${below.kind === 'same' ? '' : below.reason}`
    : known.has(variant)
      ? 'what it is made from, or reads, has changed'
      : 'it was not built yet';
  return { variant, outcome: 'runs', reason };
}

/** A parent that was not built yet is no fault here: it would be. */
async function parentIfThere(
  plan: BuildPlan,
  request: Pick<ExplainRequest, 'variantsDirectory'>,
): Promise<ImageDetails | undefined> {
  try {
    return await findParent(plan, { ...request, signal: new AbortController().signal });
  } catch (error) {
    if (error instanceof DiagnosticError && NOT_THERE.includes(error.diagnostics[0].code)) return undefined;
    throw error;
  }
}

const NOT_THERE: readonly string[] = ['build/parent-missing', 'oci/image-not-found'];
