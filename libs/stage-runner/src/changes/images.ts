import { createContainer, removeContainer, requireImage, ownedName } from '@immutablue/oci';
import { comparePackages, type PackageChange, type PackageVersion } from '@immutablue/variant';
import { installedPackages } from '../run/locked/query';

/**
 * What changed between the packages of two images of the store, as their own package databases have it.
 *
 * @throws {DiagnosticError} `oci/image-not-found` when one of them is not on this machine.
 */
export async function compareImages(from: string, to: string, signal: AbortSignal): Promise<readonly PackageChange[]> {
  return comparePackages(await packagesOfImage(from, signal), await packagesOfImage(to, signal));
}

async function packagesOfImage(reference: string, signal: AbortSignal): Promise<readonly PackageVersion[]> {
  const image = await requireImage(reference, '`buildah images` lists those that are');
  const container = await ownedName('changes');
  try {
    await createContainer(image.id, container, { signal });
    return await installedPackages({ container, signal });
  } finally {
    await removeContainer(container);
  }
}
