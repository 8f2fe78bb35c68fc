import { isTransientBuildahFailure } from '@immutablue/oci';

/** Maximum attempts. */
const ATTEMPTS = 3;

/**
 * Retries work in which buildah crashed. Only for work that leaves nothing behind when it fails.
 *
 * @param onRetry is called before each further attempt.
 */
export async function retryTransientBuildahFailure<T>(work: () => Promise<T>, onRetry: () => void): Promise<T> {
  for (let attempt = 1; attempt < ATTEMPTS; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isTransientBuildahFailure(error)) throw error;
      onRetry();
    }
  }
  return work();
}
