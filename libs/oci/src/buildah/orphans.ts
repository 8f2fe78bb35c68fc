import { removeOrphanedFolders } from '../files/working-folder';
import { isOrphan } from '../process/owned-name';
import { listContainers } from '../store/list-containers';
import { findOrphanedImages, removeOrphanedImages } from './fetched-image';
import { removeContainer } from './remove-container';

/** The names of containers and fetched images whose command ended without removing them: killed, or by a loss of power. */
export async function findOrphans(): Promise<readonly string[]> {
  const images = await findOrphanedImages();
  return [...(await findOrphanedContainers()), ...images.flatMap(({ names }) => names)];
}

async function findOrphanedContainers(): Promise<readonly string[]> {
  const found: string[] = [];
  for (const { name, mark } of await listContainers()) {
    if (await isOrphan(mark ?? name)) found.push(name);
  }
  return found;
}

/** Removes what {@link findOrphans} finds, and working folders of such commands. @returns their names and paths. */
export async function removeOrphans(): Promise<readonly string[]> {
  const containers = await findOrphanedContainers();
  for (const name of containers) await removeContainer(name);
  return [...containers, ...(await removeOrphanedImages()), ...(await removeOrphanedFolders())];
}

/** Removes the working containers that a `buildah build` of this process has left behind. */
export async function removeMarkedContainers(wanted: string): Promise<void> {
  for (const { name, mark } of await listContainers()) {
    if (mark === wanted) await removeContainer(name);
  }
}
