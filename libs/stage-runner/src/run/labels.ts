import type { ImageDetails } from '@immutablue/oci';
import type { StagePlan } from '@immutablue/plan';

type Labels = Readonly<Record<string, string>>;

/**
 * What a build of these sub-stages sets beside the labels of its parent: those of the plan, which parent it is, and `added`;
 * nothing where they end with a checkpoint. Pure.
 */
export function labelsOf(stages: readonly StagePlan[], parent: Pick<ImageDetails, 'digest'>, added: Labels): Labels {
  const commit = stages.flatMap(({ steps }) => steps).find((step) => step.kind === 'commit');
  if (commit === undefined) return {};
  return { ...commit.labels, 'org.opencontainers.image.base.digest': parent.digest, ...added };
}
