import { ownedName } from '../process/owned-name';
import type { ImageDetails } from '../store/find-image';
import { createContainer } from './buildah';
import { removeContainer } from './remove-container';

/**
 * Does `work` with a container of an image, named by what it is for, and removes it afterwards: the image stays as it is. One that a
 * killed process leaves is an orphan by its name.
 */
export async function withContainer<T>(
  { id }: Pick<ImageDetails, 'id'>,
  purpose: string,
  signal: AbortSignal,
  work: (container: string) => Promise<T>,
): Promise<T> {
  const container = await ownedName(purpose);
  try {
    await createContainer(id, container, { signal });
    return await work(container);
  } finally {
    await removeContainer(container);
  }
}
