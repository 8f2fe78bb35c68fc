import { segmentsIn, usesRepositories, type Segment, type Segments, type Reads } from '@immutablue/plan';
import type { BuildRequest } from '../run/build';
import type { BuildInputs, KeyedBeginning, Keys } from './keys';
import { findReusable, readsOfSegments, type Available, type Obstacle, type ReuseQuery } from './rebase';

/** What there is of each part of a build. When the image is there, its checkpoint does not matter. */
export interface Choice {
  readonly checkpoint: Available;
  readonly image: Available;
  /** Where the first part that has to run can begin later than at its beginning. */
  readonly begun?: Begun;
}

/** The beginning of a part that is there. */
export interface Begun {
  readonly beginning: KeyedBeginning;
  readonly available: Exclude<Available, { kind: 'none' }>;
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
  if (found.kind !== 'none') return { checkpoint: found, image: found };
  const kept =
    checkpoint === undefined || keys.checkpoint === undefined
      ? found
      : await findReusable({ ...query, key: keys.checkpoint, reads: checkpoint.reads });
  const begun = isOpen ? undefined : await findBegun(query, keys, kept);
  return { checkpoint: kept, image: found, ...(begun === undefined ? {} : { begun }) };
}

/** The longest beginning that is there of the first part that is not. */
async function findBegun(
  query: Pick<ReuseQuery, 'workspaceRoot' | 'parent'>,
  { segments, beginnings }: Keys,
  kept: Available,
): Promise<Begun | undefined> {
  const { checkpoint } = segments;
  const first = checkpoint !== undefined && kept.kind === 'none' ? checkpoint : segments.image;
  for (const beginning of beginnings.filter(({ segment }) => segment.kind === first.kind)) {
    const reads = readsOfBeginning(segments, beginning.segment);
    const available = await findReusable({ ...query, key: beginning.key, reads });
    if (available.kind !== 'none') return { beginning, available };
  }
  return undefined;
}

/** What a beginning, and the part before it, have read of the parent. */
export function readsOfBeginning({ checkpoint }: Segments, beginning: Segment): Reads {
  return readsOfSegments(
    beginning.kind === 'image' && checkpoint !== undefined ? [checkpoint, beginning] : [beginning],
  );
}

function nothing(obstacle: Obstacle): Choice {
  const none: Available = { kind: 'none', obstacle };
  return { checkpoint: none, image: none };
}
