import { DiagnosticError } from '@immutablue/diagnostics';
import { readImages, type StoredImage } from './read-store';
import { storeDirectories, type StoreDirectories } from './store-directories';

/**
 * Makes a function that gives the images of the store, for those who ask many times in one process: the place of the store stays
 * the same there, its images do not. Without buildah there are none to rely on; whoever needs it says that it is missing.
 */
export function createImageReader(): () => Promise<readonly StoredImage[]> {
  let place: Promise<readonly StoreDirectories[]> | undefined;
  return async () => {
    try {
      place ??= storeDirectories();
      return await readImages(await place);
    } catch (error) {
      if (error instanceof DiagnosticError) return [];
      throw error;
    }
  };
}
