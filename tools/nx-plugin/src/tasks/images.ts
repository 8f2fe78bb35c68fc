import { DiagnosticError } from '@immutablue/diagnostics';
import { readImages, type StoredImage } from '@immutablue/oci';

/** The images of the store. Without buildah there are none to rely on; the build says that it is missing. */
export async function imagesInStore(): Promise<readonly StoredImage[]> {
  try {
    return await readImages();
  } catch (error) {
    if (error instanceof DiagnosticError) return [];
    throw error;
  }
}
