import { readdir, rm, statfs } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { listContainers } from './list-containers';
import { CommandError } from './process';
import { runThrough } from './run-through';

/**
 * Unmounts and removes a working container. It is no error when it is gone already.
 *
 * Works on a full disk too, where buildah alone does not: it writes its records anew before it frees anything.
 */
export async function removeContainer(name: string): Promise<void> {
  const containers = await listContainers();
  if (!containers.some((container) => container.name === name)) return;
  const mountPoint = await mountPointOf(name);
  try {
    await runThrough(['buildah', 'umount', name]);
  } catch (error) {
    // It is unmounted all the same: what failed is the note of it.
    if (!(error instanceof CommandError) || error.diagnostics[0].code !== 'oci/no-space') throw error;
  }
  if (mountPoint !== undefined) await makeRoom(mountPoint);
  await runThrough(['buildah', 'rm', name]);
}

/** Where the container's root filesystem is mounted, or undefined when it is not. */
async function mountPointOf(name: string): Promise<string | undefined> {
  const { stdout } = await runThrough([
    'buildah',
    'inspect',
    '--type',
    'container',
    '--format',
    '{{.MountPoint}}',
    name,
  ]);
  const path = stdout.trim();
  return path === '' ? undefined : path;
}

/** Enough for containers-storage to write its records, some hundred kilobytes, several times over. */
const ROOM_BYTES = 64 * 1024 * 1024;

/**
 * Empties the layer of an unmounted container when the disk is nearly full. The overlay driver keeps what a container has
 * changed in `diff`, beside the mount point `merged`; with another driver there is nothing to be done here.
 */
async function makeRoom(mountPoint: string): Promise<void> {
  if (basename(mountPoint) !== 'merged') return;
  const layer = dirname(mountPoint);
  const { bavail, bsize } = await statfs(layer);
  if (bavail * bsize >= ROOM_BYTES) return;
  const changed = join(layer, 'diff');
  for (const entry of await readdir(changed)) await rm(join(changed, entry), { recursive: true, force: true });
}
