import { findImage, tagImage, toImageId } from '@immutablue/oci';
import { readImageRecord } from './image-record';
import { isOwnImage } from './own-images';

/**
 * Gives an image its name back. When an edit is taken back, Nx restores the record of the earlier build without running
 * anything, and the name still stands for the image of the later one. A name that somebody has given to an image of their own
 * stays where it is: they want that one looked at.
 */
export async function retag(workspaceRoot: string, variantDirectory: string): Promise<void> {
  const record = await readImageRecord(variantDirectory);
  if (record === undefined) return;
  const named = await findImage(record.reference);
  if (named?.id === record.imageId || (named !== undefined && !(await isOwnImage(workspaceRoot, named.id)))) return;
  // One that is gone is what whoever needs it will say.
  if ((await findImage(record.imageId)) !== undefined) await tagImage(toImageId(record.imageId), record.reference);
}
