import type { StagePlan } from '../model';
import type { CheckpointStep } from '../step';
import { segment, type Part } from './key';

/** The first sub-stages of a segment: what a build goes on from whose next sub-stage has failed, or was edited. */
export interface StagePrefix {
  /** What it does, of the same kind as the whole. */
  readonly segment: Part;
  /** The sub-stage that comes after it. */
  readonly next: string;
}

/** The beginnings of a segment that are worth keeping, the longest first: those with work that takes its time. Pure. */
export function prefixesOf({ kind, stages }: Part): readonly StagePrefix[] {
  return stages
    .map(({ name }, count) => ({ stages: stages.slice(0, count), next: name }))
    .filter((beginning) => beginning.stages.some(takesTime))
    .map((beginning) => ({ segment: segment(kind, beginning.stages), next: beginning.next }))
    .reverse();
}

function takesTime({ steps }: StagePlan): boolean {
  return steps.some(({ kind }) => kind === 'transaction' || kind === 'script');
}

/** The sub-stages up to `next`, with a last step that keeps what they leave as it is. Pure. */
export function prefixEndingBefore(stages: readonly StagePlan[], next: string): readonly StagePlan[] {
  const keep: CheckpointStep = {
    kind: 'checkpoint',
    purpose: `keep what there is before ${next}: a build goes on from here`,
    paths: [],
    clean: { empty: [], files: [], emptyFiles: [] },
  };
  const before = stages.slice(
    0,
    stages.findIndex(({ name }) => name === next),
  );
  return before.map((stage, index) =>
    index === before.length - 1 ? { ...stage, steps: [...stage.steps, keep] } : stage,
  );
}
