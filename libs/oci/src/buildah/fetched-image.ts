import { imageLock, takeLocks, type LockOptions, type WantedLock } from '../files/lock';
import { isOrphan, ownedName } from '../process/owned-name';
import { retryOnSigterm } from '../process/retry-on-sigterm';
import type { ImageId } from '../reference';
import { readImages, type StoredImage } from '../store/read-store';
import { removeImage } from '../store/remove-image';
import { tagImage } from './buildah';

/** The lock of an image that is fetched for as long as a command needs it: one process at a time brings it in and removes it. */
export function fetchedImageLock(id: ImageId, options: Omit<LockOptions, 'share'>): Promise<WantedLock> {
  return imageLock(`fetched ${id}`, options);
}

/**
 * Does `work` with an image that `bringIn` puts into the store where it is not there. It is removed afterwards, unless it was there
 * before or has been named by others meanwhile. The caller has its {@link fetchedImageLock}.
 *
 * @param bringIn gets the name that the image is to have: one by which it is an orphan once this process is gone.
 */
export async function withFetchedImage<T>(
  id: ImageId,
  bringIn: (name: string) => Promise<void>,
  work: () => Promise<T>,
): Promise<T> {
  const present = await findStored(id);
  if (present !== undefined && !(await isOrphanedImage(present))) return work();
  const name = `localhost/${await ownedName(`fetched-${id.slice(0, 12)}`)}:latest`;
  try {
    await (present === undefined ? bringIn(name) : tagImage(id, name));
    return await work();
  } finally {
    await release(id, name);
  }
}

async function release(id: ImageId, name: string): Promise<void> {
  const stored = await findStored(id);
  if (stored === undefined) return;
  const isNamed = stored.names.some((one) => one !== name && ownerOf(one) === undefined);
  // This takes the name away and nothing more, as there is another.
  if (isNamed) await retryOnSigterm(['buildah', 'rmi', name]);
  else await removeImage(id);
}

async function findStored(id: ImageId): Promise<StoredImage | undefined> {
  return (await readImages()).find((image) => image.id === id);
}

/** The part of an image's name that says whose it is; undefined in any other name. */
function ownerOf(name: string): string | undefined {
  return /^localhost\/(?<owner>immutablue-build-fetched-.+):latest$/.exec(name)?.groups?.['owner'];
}

/** Whether an image has names, and all of them are of processes that are gone. */
async function isOrphanedImage({ names, access }: StoredImage): Promise<boolean> {
  if (access === 'below' || names.length === 0) return false;
  for (const name of names) {
    const owner = ownerOf(name);
    if (owner === undefined || !(await isOrphan(owner))) return false;
  }
  return true;
}

/** The images that killed commands have fetched and not removed. */
export async function findOrphanedImages(): Promise<readonly StoredImage[]> {
  const found: StoredImage[] = [];
  for (const image of await readImages()) if (await isOrphanedImage(image)) found.push(image);
  return found;
}

/** Removes what {@link findOrphanedImages} finds. @returns their names. */
export async function removeOrphanedImages(): Promise<readonly string[]> {
  const removed: string[] = [];
  for (const { id } of await findOrphanedImages()) {
    // A command that needs the image as well has its lock, and names it at once: it is no orphan then.
    const lock = await takeLocks([await fetchedImageLock(id, { onWait: () => undefined })]);
    try {
      const stored = await findStored(id);
      if (stored === undefined || !(await isOrphanedImage(stored))) continue;
      if ((await removeImage(id)) === 'removed') removed.push(...stored.names);
    } finally {
      await lock.release();
    }
  }
  return removed;
}
