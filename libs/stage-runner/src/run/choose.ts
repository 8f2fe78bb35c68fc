import { segmentsIn, usesRepositories } from '../reuse/key';
import type { BuildRequest } from './build';
import type { BuildInputs, Keys } from './inputs';
import { findReusable, readsOfSegments, type Available, type Obstacle } from './reuse';

/** What there is of each part of a build. When the image is there, its checkpoint does not matter. */
export interface Choice {
  readonly checkpoint: Available;
  readonly image: Available;
}

/** Finds what of a build need not run. */
export async function choose(
  request: Pick<BuildRequest, 'reuse' | 'workspaceRoot'>,
  keys: Keys,
  inputs: BuildInputs,
): Promise<Choice> {
  const { checkpoint, image } = keys.segments;
  if (request.reuse === 'never') return nothing({ kind: 'asked' });
  const isOpen = !inputs.repositories.isFixed;
  if (isOpen && checkpoint !== undefined && usesRepositories(checkpoint)) return nothing({ kind: 'repositories' });

  const query = { workspaceRoot: request.workspaceRoot, parent: inputs.parent };
  const found: Available =
    isOpen && usesRepositories(image)
      ? { kind: 'none', obstacle: { kind: 'repositories' } }
      : await findReusable({ ...query, key: keys.image, reads: readsOfSegments(segmentsIn(keys.segments)) });
  if (found.kind !== 'none' || checkpoint === undefined || keys.checkpoint === undefined) {
    return { checkpoint: found, image: found };
  }
  return {
    checkpoint: await findReusable({ ...query, key: keys.checkpoint, reads: checkpoint.reads }),
    image: found,
  };
}

function nothing(obstacle: Obstacle): Choice {
  const none: Available = { kind: 'none', obstacle };
  return { checkpoint: none, image: none };
}
