import { join } from 'node:path';
import { z } from 'zod';

const recordSchema = z.object({ reference: z.string(), imageId: z.string() });

/**
 * Gives images their names back whose records Nx has restored: an edit was taken back, and the name still stands for the image
 * of the later build.
 *
 * @param directories absolute paths of the variants' folders.
 */
export async function restoreNames(directories: readonly string[]): Promise<void> {
  // Loaded here alone: Nx loads the plugin for whatever it does.
  const { imagesIfAny, readIfThere, tagImage, toImageId } = await import('@immutablue/oci');
  const images = await imagesIfAny();
  for (const directory of directories) {
    const text = await readIfThere(join(directory, 'dist', 'image.json'));
    if (text === undefined) continue;
    const { reference, imageId } = recordSchema.parse(JSON.parse(text));
    const image = images.find(({ id }) => id === imageId);
    if (image === undefined || image.names.includes(reference)) continue;
    await tagImage(toImageId(imageId), reference);
  }
}
