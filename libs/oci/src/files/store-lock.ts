import { join } from 'node:path';
import { cacheDirectory } from './cache-directory';
import type { LockOptions, WantedLock } from './lock';

/**
 * The lock of this user's store: `shared` by builds, which go on side by side, `exclusive` for removing images.
 */
export function storeLock(share: 'shared' | 'exclusive', options: Omit<LockOptions, 'share'> = {}): WantedLock {
  return { ...options, share, file: join(cacheDirectory(), 'locks', 'store') };
}
