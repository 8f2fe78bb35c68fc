import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheDirectory } from '@immutablue/oci';
import { isOrphan, removeOrphans } from '@immutablue/stage-runner';
import { removeControlGroups } from '../machine/cgroup';
import { removeTraces, TRACES } from '../machine/nspawn';

/** Where machines have their files: below this user's cache, since a disk of a virtual machine is large. */
export function machinesDirectory(): string {
  return join(cacheDirectory(), 'boot');
}

/**
 * Removes what runs left behind that ended without cleaning up: killed, or by a loss of power. A machine itself ends
 * with the process that started it.
 *
 * @param user `root` alone has control groups and traces of systemd-nspawn.
 * @returns the names of what was removed.
 */
export async function removeAbandoned(user: 'root' | 'ordinary'): Promise<string[]> {
  const removed: string[] = [];
  if (user === 'root') {
    removed.push(...(await removeControlGroups(isOrphan)));
    for (const name of await abandonedIn(TRACES)) await removeTraces(name);
  }
  removed.push(...(await removeOrphans()));
  const directory = machinesDirectory();
  for (const name of await abandonedIn(directory)) {
    await rm(join(directory, name), { recursive: true });
    removed.push(name);
  }
  return [...new Set(removed)];
}

async function abandonedIn(directory: string): Promise<string[]> {
  const names = await readdir(directory).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  });
  const abandoned: string[] = [];
  for (const name of names) if (await isOrphan(name)) abandoned.push(name);
  return abandoned;
}
