import { removeOrphanedFolders } from '../files/working-folder';
import { isOrphan } from '../process/owned-name';
import { listContainers } from '../store/list-containers';
import { removeContainer } from './remove-container';

/** The names of working containers whose build ended without removing them: killed, or by a loss of power. */
export async function findOrphans(): Promise<readonly string[]> {
  const found: string[] = [];
  for (const { name, mark } of await listContainers()) {
    if (await isOrphan(mark ?? name)) found.push(name);
  }
  return found;
}

/** Removes the containers that {@link findOrphans} finds, and working folders of such builds. @returns their names and paths. */
export async function removeOrphans(): Promise<readonly string[]> {
  const orphans = await findOrphans();
  for (const name of orphans) await removeContainer(name);
  return [...orphans, ...(await removeOrphanedFolders())];
}

/** Removes the working containers that a `buildah build` of this process has left behind. */
export async function removeMarkedContainers(wanted: string): Promise<void> {
  for (const { name, mark } of await listContainers()) {
    if (mark === wanted) await removeContainer(name);
  }
}
