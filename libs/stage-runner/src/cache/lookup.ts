import { partsIn, usesRepositories, type Part, type Parts, type Reads } from '@immutablue/plan';
import type { BuildRequest } from '../run/build';
import type { BuildInputs, KeyedPrefix, Keys } from './keys';
import { lookupKey, readsOfParts, type CacheLookup, type CacheMiss, type KeyQuery } from './rebase';

/** What there is of each part of a build. When the image is there, its checkpoint does not matter. */
export interface BuildLookup {
  readonly checkpoint: CacheLookup;
  readonly image: CacheLookup;
  /** Where the first part that has to run can begin later than at its beginning. */
  readonly begun?: PrefixHit;
}

/** The beginning of a part that is there. */
export interface PrefixHit {
  readonly beginning: KeyedPrefix;
  readonly available: Exclude<CacheLookup, { kind: 'none' }>;
}

/** Finds what of a build need not run. */
export async function lookup(
  request: Pick<BuildRequest, 'reuse' | 'workspaceRoot'>,
  keys: Keys,
  inputs: BuildInputs,
): Promise<BuildLookup> {
  const { checkpoint, image } = keys.segments;
  if (request.reuse === 'never') return nothing({ kind: 'asked' });
  const isOpen = !inputs.repositories.isFixed;
  if (isOpen && checkpoint !== undefined && usesRepositories(checkpoint)) return nothing({ kind: 'repositories' });

  const query = { workspaceRoot: request.workspaceRoot, parent: inputs.parent };
  const found: CacheLookup =
    isOpen && usesRepositories(image)
      ? { kind: 'none', obstacle: { kind: 'repositories' } }
      : await lookupKey({ ...query, key: keys.image, reads: readsOfParts(partsIn(keys.segments)) });
  if (found.kind !== 'none') return { checkpoint: found, image: found };
  const kept =
    checkpoint === undefined || keys.checkpoint === undefined
      ? found
      : await lookupKey({ ...query, key: keys.checkpoint, reads: checkpoint.reads });
  const begun = isOpen ? undefined : await findPrefixHit(query, keys, kept);
  return { checkpoint: kept, image: found, ...(begun === undefined ? {} : { begun }) };
}

/** The longest beginning that is there of the first part that is not. */
async function findPrefixHit(
  query: Pick<KeyQuery, 'workspaceRoot' | 'parent'>,
  { segments, beginnings }: Keys,
  kept: CacheLookup,
): Promise<PrefixHit | undefined> {
  const { checkpoint } = segments;
  const first = checkpoint !== undefined && kept.kind === 'none' ? checkpoint : segments.image;
  for (const beginning of beginnings.filter(({ segment }) => segment.kind === first.kind)) {
    const reads = readsOfPrefix(segments, beginning.segment);
    const available = await lookupKey({ ...query, key: beginning.key, reads });
    if (available.kind !== 'none') return { beginning, available };
  }
  return undefined;
}

/** What a beginning, and the part before it, have read of the parent. */
export function readsOfPrefix({ checkpoint }: Parts, beginning: Part): Reads {
  return readsOfParts(beginning.kind === 'image' && checkpoint !== undefined ? [checkpoint, beginning] : [beginning]);
}

function nothing(obstacle: CacheMiss): BuildLookup {
  const none: CacheLookup = { kind: 'none', obstacle };
  return { checkpoint: none, image: none };
}
