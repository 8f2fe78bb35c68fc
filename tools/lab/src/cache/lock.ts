import { statIfThere, takeLock, type Lock } from '@immutablue/oci';
import { clearWork } from './artifact';
import { type LabContext } from '../context';
import { type LabPaths } from './paths';

/** Takes the lab's lock, and says so when that means waiting for another process. @throws as `takeLock` does. */
export async function lockLab({ paths, signal, log }: LabContext): Promise<Lock> {
  return await takeLock(paths.lock, {
    signal,
    onWait: (holder) => {
      log(`${holder} is at work on the lab: waiting for it`);
    },
  });
}

/** Removes the work of a killed run; while a run is at work, that is its own. */
export async function clearOrphanedWork(paths: LabPaths): Promise<void> {
  if ((await statIfThere(paths.work)) === undefined) return;
  const lock = await lockIfFree(paths);
  if (lock === undefined) return;
  try {
    await clearWork(paths);
  } finally {
    await lock.release();
  }
}

async function lockIfFree(paths: LabPaths): Promise<Lock | undefined> {
  const busy = new AbortController();
  try {
    return await takeLock(paths.lock, {
      signal: busy.signal,
      onWait: () => {
        busy.abort();
      },
    });
  } catch (error) {
    if (busy.signal.aborted) return undefined;
    throw error;
  }
}
