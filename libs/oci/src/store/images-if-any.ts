import { DiagnosticError } from '@immutablue/diagnostics';
import { readImages, type StoredImage } from './read-store';

/** The images of the store; none when buildah cannot tell them: the next consumer reports why. */
export async function imagesIfAny(): Promise<readonly StoredImage[]> {
  try {
    return await readImages();
  } catch (error) {
    if (error instanceof DiagnosticError) return [];
    throw error;
  }
}
