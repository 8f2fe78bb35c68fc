import { join } from 'node:path';
import { cacheDirectory } from './cache-directory';
import { takeLock, type Lock, type LockOptions } from './lock';

/**
 * Takes this user's store: `shared` by what makes images, so that they go on side by side, `exclusive` by what removes them.
 *
 * @throws {DiagnosticError} `build/interrupted` when the signal fires first.
 */
export function takeStore(share: 'shared' | 'exclusive', options: Omit<LockOptions, 'share'> = {}): Promise<Lock> {
  return takeLock(join(cacheDirectory(), 'locks', 'store'), { ...options, share });
}
