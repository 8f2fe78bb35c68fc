import type { StepInput } from '../inputs';
import type { StagePlan } from '../model';
import { NOTHING, union, type Reads } from '../reads';
import { kindOf } from '../steps/registry';

/** One thing that decides what a sub-stage does. */
export interface Input extends StepInput {
  readonly stage: string;
}

/** The inputs of sub-stages. Words for people, places in files and folders of this machine are not among them. */
export function inputsOf(stages: readonly StagePlan[]): Input[] {
  return stages.flatMap(({ name, steps }) =>
    steps.flatMap((step) =>
      kindOf(step)
        .inputs(step)
        .map((input) => ({ stage: name, ...input })),
    ),
  );
}

/** All that sub-stages read of what was there before the first of them. */
export function readsOf(stages: readonly StagePlan[]): Reads {
  return stages
    .flatMap(({ steps }) => steps)
    .map((step) => kindOf(step).reads(step))
    .reduce(union, NOTHING);
}
