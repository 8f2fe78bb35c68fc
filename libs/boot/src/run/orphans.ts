import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheDirectory, namesIn, isOrphan, removeOrphans } from '@immutablue/oci';
import { removeControlGroups } from '../machine/cgroup';
import { PROPAGATE_DIRECTORY, removePropagateDirectory } from '../machine/nspawn';

/** Where machines have their files: below this user's cache, since a disk of a virtual machine is large. */
export function machinesDirectory(): string {
  return join(cacheDirectory(), 'boot');
}

/**
 * Removes what killed runs left behind: containers, directories, control groups. A machine itself ends with the process
 * that started it.
 *
 * @param user `root` alone has control groups and directories of systemd-nspawn.
 * @returns the names of what was removed.
 */
export async function removeMachineOrphans(user: 'root' | 'ordinary'): Promise<string[]> {
  const removed: string[] = [];
  if (user === 'root') {
    removed.push(...(await removeControlGroups(isOrphan)));
    for (const name of await orphansIn(PROPAGATE_DIRECTORY)) await removePropagateDirectory(name);
  }
  removed.push(...(await removeOrphans()));
  const directory = machinesDirectory();
  for (const name of await orphansIn(directory)) {
    await rm(join(directory, name), { recursive: true });
    removed.push(name);
  }
  return [...new Set(removed)];
}

async function orphansIn(directory: string): Promise<string[]> {
  const orphans: string[] = [];
  for (const name of await namesIn(directory)) if (await isOrphan(name)) orphans.push(name);
  return orphans;
}
