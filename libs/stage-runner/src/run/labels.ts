import type { ImageDetails } from '@immutablue/oci';
import type { Keys } from '@immutablue/plan';

/**
 * What a build sets beside the labels of its parent: those of the plan, which parent it is, and by its key from what it was
 * built. Pure.
 */
export function labelsOf({
  keys,
  parent,
}: {
  readonly keys: Keys;
  readonly parent: Pick<ImageDetails, 'digest'>;
}): Readonly<Record<string, string>> {
  const steps = keys.parts.rest.stages.flatMap((stage) => stage.steps);
  const commit = steps.find((step) => step.kind === 'commit');
  if (commit === undefined) throw new Error('the plan has no step that commits');
  return {
    ...commit.labels,
    'org.opencontainers.image.base.digest': parent.digest,
    'io.immutablue.build-key': keys.rest,
  };
}
