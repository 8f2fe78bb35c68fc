import type { BuildPlan, StagePlan } from '../model';
import { inputsOf, type Input } from './inputs';
import { readsOf, type Reads } from '../reads';
import { sha256 } from '../sha256';

declare const brand: unique symbol;

/** 64 hexadecimal digits that stand for what a part of a build does: equal keys mean the same work. */
export type BuildKey = string & { readonly [brand]: 'build-key' };

/** A part of a build whose result is kept: the sub-stages up to a checkpoint, or all that comes after it. */
export interface Part {
  readonly kind: 'checkpoint' | 'image';
  readonly stages: readonly StagePlan[];
  readonly inputs: readonly Input[];
  /** What it reads of the image that it stands on. */
  readonly reads: Reads;
}

/** The parts of a build in order; without package work there is one. */
export type Parts =
  { readonly checkpoint: Part; readonly image: Part } | { readonly checkpoint?: undefined; readonly image: Part };

/** Cuts a plan at its checkpoint. Pure. */
export function partsOf(plan: Pick<BuildPlan, 'stages'>): Parts {
  const end = plan.stages.findIndex(({ steps }) => steps.at(-1)?.kind === 'checkpoint') + 1;
  const image = segment('image', plan.stages.slice(end));
  return end === 0 ? { image } : { checkpoint: segment('checkpoint', plan.stages.slice(0, end)), image };
}

/** The segments in their order. */
export function partsIn({ checkpoint, image }: Parts): readonly Part[] {
  return checkpoint === undefined ? [image] : [checkpoint, image];
}

/** A part of a build from its sub-stages. Pure. */
export function segment(kind: Part['kind'], stages: readonly StagePlan[]): Part {
  return { kind, stages, inputs: inputsOf(stages), reads: readsOf(stages.flatMap(({ steps }) => steps)) };
}

/** What decides the result of a segment besides its plan. */
export interface KeyInput {
  readonly segment: Part;
  /** A beginning of a segment is kept under a key of its own: it is not the whole, even where it does the same. */
  readonly extent: 'whole' | 'beginning';
  /** Images of one variant for several releases are kept side by side, each with its own checkpoint. */
  readonly reference: string;
  /** The dep-builders' images by content: a plan knows only that something is copied. */
  readonly dependencyImageIds: readonly string[];
  /** The state of the RPM repositories: the same names can be other packages tomorrow. */
  readonly repositoryState: string;
  /** The code that runs the steps: the same plan run by other code can be another image. */
  readonly codeDigest: string;
  /** The key of the segment before: what comes later works on its result. */
  readonly before?: BuildKey;
}

/**
 * The key of a segment: what it does. What it does it on, the root filesystem below, is compared apart: only the places that
 * it reads count ({@link findConflict}), so that a parent that changed elsewhere changes nothing here.
 */
export function partKey(input: KeyInput): BuildKey {
  const parts = {
    kind: input.segment.kind,
    // Which sub-stages it has, those without inputs too: the next one goes on from there.
    ...(input.extent === 'beginning' ? { beginning: input.segment.stages.map(({ name }) => name) } : {}),
    reference: input.reference,
    dependencies: input.segment.kind === 'checkpoint' ? input.dependencyImageIds : [],
    repositories: usesRepositories(input.segment) ? input.repositoryState : '',
    code: input.codeDigest,
    before: input.before ?? '',
    reads: input.segment.reads,
    // Sorted: the order within a list of packages or units is no difference; that of sub-stages is in their names.
    inputs: input.segment.inputs.map(({ stage, name, value }) => JSON.stringify([stage, name, value])).sort(),
  };
  return keyOf(JSON.stringify(parts));
}

/** Whether a segment may ask the repositories: transactions do, and scripts can. */
export function usesRepositories({ stages }: Part): boolean {
  return stages.some(({ steps }) => steps.some(({ kind }) => kind === 'transaction' || kind === 'script'));
}

/** The key of what a text describes. */
export function keyOf(text: string): BuildKey {
  return sha256(text) as BuildKey;
}
