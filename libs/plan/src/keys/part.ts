import type { BuildPlan, StagePlan } from '../model';
import type { Reads } from '../reads';
import { kindOf } from '../steps/registry';
import { inputsOf, readsOf, type Input } from './inputs';

/** A part of a build whose result is kept: the sub-stages up to a checkpoint, or the rest. */
export interface Part {
  readonly kind: 'checkpoint' | 'rest';
  readonly stages: readonly StagePlan[];
  readonly inputs: readonly Input[];
  /** What it reads of the image that it stands on. */
  readonly reads: Reads;
}

/** The parts of a build in order; without package work there is one. */
export interface Parts {
  readonly checkpoint?: Part;
  readonly rest: Part;
}

/** Cuts a plan at its checkpoint. Pure. */
export function partsOf(plan: Pick<BuildPlan, 'stages'>): Parts {
  const end = plan.stages.findIndex(({ steps }) => steps.at(-1)?.kind === 'checkpoint') + 1;
  const rest = partFrom('rest', plan.stages.slice(end));
  return end === 0 ? { rest } : { checkpoint: partFrom('checkpoint', plan.stages.slice(0, end)), rest };
}

/** The parts in their order. */
export function partsIn({ checkpoint, rest }: Parts): readonly Part[] {
  return checkpoint === undefined ? [rest] : [checkpoint, rest];
}

/** A part of a build from its sub-stages. Pure. */
export function partFrom(kind: Part['kind'], stages: readonly StagePlan[]): Part {
  return { kind, stages, inputs: inputsOf(stages), reads: readsOf(stages) };
}

/** Whether a part may ask repositories: transactions and pip do, and scripts can. */
export function asksRepositories({ stages }: Pick<Part, 'stages'>): boolean {
  return stages.some(({ steps }) => steps.some((step) => kindOf(step).repositories === 'asked'));
}
