import { CommandError, runCommand, toImageId, tryCommand, type ImageId } from '@immutablue/oci';
import * as z from 'zod';

/** An image of containers-storage with the names it has. */
export interface StoredImage {
  readonly id: ImageId;
  readonly names: readonly string[];
  readonly size: string;
}

/** Names of everything that the lab puts into the store begin so. */
export const LAB_IMAGES = 'localhost/immutablue-lab/';

/** Label with the recipe of an image of the lab. */
export const RECIPE_LABEL = 'io.immutablue.lab.recipe';

/** Label of every image of the lab, and of what is built on one. */
export const LAB_LABEL = 'io.immutablue.lab';

const imagesSchema = z
  .array(z.object({ id: z.string(), names: z.array(z.string()).nullish(), size: z.string() }))
  .nullable();

/** The images that the lab made, one call of buildah for all of them. */
export async function listLabImages(): Promise<StoredImage[]> {
  const result = await tryCommand(['buildah', 'images', '--json', '--no-trunc', '--filter', `label=${LAB_LABEL}=1`]);
  // buildah 1.28 calls it an error that no image matches.
  const stdout = result.exitCode === 0 ? result.stdout : (await runCommand(['buildah', 'images', '--json'])).stdout;
  const images = imagesSchema.parse(JSON.parse(stdout || 'null')) ?? [];
  return images.map(({ id, names, size }) => ({ id: toImageId(id), names: names ?? [], size }));
}

/** Removes an image of the store. Layers that other images stand on stay. */
export async function removeImage(image: string): Promise<void> {
  await runCommand(['buildah', 'rmi', image]);
}

/** Like {@link removeImage}, but an image that a working container stands on is left alone. */
export async function removeImageUnlessUsed(image: string): Promise<void> {
  try {
    await removeImage(image);
  } catch (error) {
    if (error instanceof CommandError && error.result.tail.some((line) => line.includes('in use by a container')))
      return;
    throw error;
  }
}
