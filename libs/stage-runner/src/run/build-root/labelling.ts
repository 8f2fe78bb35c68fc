import { labelArgv, runCommand } from '@immutablue/oci';
import { type StagePlan, startsProgram, type Step } from '@immutablue/plan';

/** Labels a container beside the steps that only work on its files. */
export interface Labelling {
  /** Begins when such steps follow up to the commit, and at the commit waits for the end. */
  readonly before: (step: Step) => Promise<void>;
  /** Waits for the end, however it ends: whoever removes the container has an error of his own. */
  readonly settled: () => Promise<void>;
}

/**
 * Sets labels on what a container will be committed as. buildah takes longer for it than most file steps do; but what it
 * knows of a container it writes down at the end of each command, and of two at once one would forget what the other has set.
 */
export function labelBeside(
  stages: readonly StagePlan[],
  container: string,
  labels: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Labelling {
  const first = firstAfterPrograms(stages);
  let labelling: Promise<unknown> = Promise.resolve();
  return {
    before: async (step) => {
      if (step === first && Object.keys(labels).length > 0) {
        labelling = runCommand(labelArgv(container, labels), { signal });
        // It is waited for later: until then nobody else may hear of a failure.
        labelling.catch(() => undefined);
      }
      if (step.kind === 'commit') await labelling;
    },
    settled: async () => {
      await Promise.allSettled([labelling]);
    },
  };
}

/** The first of the steps after which none starts a program in the container; the last step commits. Pure. */
export function firstAfterPrograms(stages: readonly StagePlan[]): Step | undefined {
  const steps = stages.flatMap((stage) => stage.steps);
  return steps[steps.findLastIndex(startsProgram) + 1];
}
