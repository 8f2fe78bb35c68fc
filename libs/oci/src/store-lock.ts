import { join } from 'node:path';
import { cacheDirectory } from './cache-directory';
import type { LockOptions, WantedLock } from './lock';

/**
 * The lock of this user's store: `shared` by what makes images, so that they go on side by side, `exclusive` by what removes them.
 */
export function storeLock(share: 'shared' | 'exclusive', options: Omit<LockOptions, 'share'> = {}): WantedLock {
  return { ...options, share, file: join(cacheDirectory(), 'locks', 'store') };
}
