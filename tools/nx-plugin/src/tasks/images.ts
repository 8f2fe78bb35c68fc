import { DiagnosticError } from '@immutablue/diagnostics';
import { readImages, storeDirectories, type StoreDirectories, type StoredImage } from '@immutablue/oci';

/** Nx hashes many tasks in one process, in which the place of the store stays the same; its images do not. */
let place: Promise<readonly StoreDirectories[]> | undefined;

/** The images of the store. Without buildah there are none to rely on; the build says that it is missing. */
export async function imagesInStore(): Promise<readonly StoredImage[]> {
  try {
    place ??= storeDirectories();
    return await readImages(await place);
  } catch (error) {
    if (error instanceof DiagnosticError) return [];
    throw error;
  }
}
