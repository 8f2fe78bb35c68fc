import type { BuildKey } from '@immutablue/plan';
import type { RemoteCache } from './remote-cache';

/** A lookup that has found nothing yet, and what is to be built then. */
export interface Claiming<Found> {
  /** Without one nothing is claimed. */
  readonly cache: RemoteCache | undefined;
  readonly key: BuildKey;
  /** What is built under the key, for people. */
  readonly what: string;
  readonly first: Found;
  readonly look: () => Promise<Found>;
  readonly isHit: (found: Found) => boolean;
  readonly say: (message: string) => void;
}

/**
 * Goes on with what a lookup has found: at once when it is a hit, otherwise while this task has the claim to build it, or with what
 * another machine has built meanwhile.
 */
export async function underClaim<Found, T>(
  { cache, key, what, first, look, isHit, say }: Claiming<Found>,
  work: (found: Found) => Promise<T>,
): Promise<T> {
  let found = first;
  if (cache === undefined || isHit(found)) return work(found);
  const claim = await cache.claim(key, {
    what,
    say,
    look: async () => {
      found = await look();
      return isHit(found) ? 'found' : 'missed';
    },
  });
  try {
    return await work(found);
  } finally {
    await claim.end();
  }
}
