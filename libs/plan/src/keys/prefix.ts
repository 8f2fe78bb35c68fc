import type { StagePlan } from '../model';
import type { CheckpointStep } from '../steps/checkpoint';
import { kindOf } from '../steps/registry';
import { partFrom, type Part } from './part';

/** The first sub-stages of a part: a build resumes after them when a later one has failed, or was edited. */
export interface StagePrefix {
  /** What it does, of the same kind as the whole part. */
  readonly part: Part;
  /** The sub-stage that comes after it. */
  readonly next: string;
}

/** The prefixes of a part that are worth keeping, the longest first: those with work that takes its time. Pure. */
export function prefixesOf({ kind, stages }: Part): readonly StagePrefix[] {
  return stages
    .map(({ name }, count) => ({ stages: stages.slice(0, count), next: name }))
    .filter((prefix) => prefix.stages.some(takesTime))
    .map((prefix) => ({ part: partFrom(kind, prefix.stages), next: prefix.next }))
    .reverse();
}

function takesTime({ steps }: StagePlan): boolean {
  return steps.some((step) => kindOf(step).duration === 'long');
}

/** The sub-stages up to `next`, with a last step that keeps what they leave as it is. Pure. */
export function prefixEndingBefore(stages: readonly StagePlan[], next: string): readonly StagePlan[] {
  const keep: CheckpointStep = {
    kind: 'checkpoint',
    of: `what the sub-stages before ${next} left`,
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
