import type { ImageDetails } from '@immutablue/oci';
import type { StagePlan, CommitStep } from '@immutablue/plan';
type Labels = Readonly<Record<string, string>>;

/** What a commit sets beside the labels of the parent: those of the plan, which parent it is, and `added`. Pure. */
export function commitLabels(step: CommitStep, parent: Pick<ImageDetails, 'digest'>, added: Labels): Labels {
  return { ...step.labels, 'org.opencontainers.image.base.digest': parent.digest, ...added };
}

/** What a build of these stages sets beside the labels of its parent; nothing where they end with a checkpoint. Pure. */
export function labelsOf(stages: readonly StagePlan[], parent: Pick<ImageDetails, 'digest'>, added: Labels): Labels {
  const commit = stages.flatMap(({ steps }) => steps).find((step) => step.kind === 'commit');
  return commit === undefined ? {} : commitLabels(commit, parent, added);
}
