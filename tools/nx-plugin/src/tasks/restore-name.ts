import { tagImage, toImageId, type StoredImage } from '@immutablue/oci';
import type { TaskNote } from './notes';

/**
 * Gives an image the name back that its build has given it: an edit was taken back, Nx will take what it keeps of the build, and
 * the name still stands for the image of the later one. When a task is hashed is the time for it: a hook after all tasks would
 * cost each run a process where Nx has a daemon.
 */
export async function restoreName(
  { reference, image }: NonNullable<TaskNote['name']>,
  images: readonly StoredImage[],
): Promise<void> {
  const stored = images.find(({ id }) => id === image);
  if (stored === undefined || stored.names.includes(reference)) return;
  await tagImage(toImageId(image), reference);
}
