import { findImage, tagImage, toImageId } from '@immutablue/oci';
import { readImageRecord } from '../record';

/**
 * Gives an image its name back. When an edit is taken back, Nx restores the record of the earlier build without running
 * anything, and the name still stands for the image of the later one.
 */
export async function settleName(variantDirectory: string): Promise<void> {
  const record = await readImageRecord(variantDirectory);
  if (record === undefined || (await findImage(record.reference))?.id === record.imageId) return;
  // One that is gone is what whoever needs it will say.
  if ((await findImage(record.imageId)) !== undefined) await tagImage(toImageId(record.imageId), record.reference);
}
