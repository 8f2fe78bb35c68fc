import { readdir, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { namesIn } from '../files/files';
import { CommandError } from '../process/process';
import { retryOnSigterm } from '../process/retry-on-sigterm';
import { listContainers, type WorkingContainer } from '../store/list-containers';

/**
 * Unmounts and removes a working container. It is no error when it is gone already.
 *
 * Works on a full disk too, where buildah alone does not: it rewrites its records before it frees anything.
 */
export async function removeContainer(name: string): Promise<void> {
  const container = (await listContainers()).find((candidate) => candidate.name === name);
  if (container === undefined) return;
  await makeRoom(container);
  try {
    await retryOnSigterm(['buildah', 'rm', name]);
  } catch (error) {
    // Another process removed it at the same time.
    if (!(error instanceof CommandError) || !error.result.tail.some((line) => line.includes(NOT_THERE))) throw error;
  }
}

/** buildah's message for a container that it does not have. */
const NOT_THERE = 'container not known';

/** Enough for containers-storage to write its records, some hundred kilobytes, several times over. */
const ROOM_BYTES = 64 * 1024 * 1024;

/**
 * Empties the layer of a container when the disk is nearly full. The overlay driver keeps a container's changes in `diff`; another
 * driver's layers are left alone.
 */
async function makeRoom({ name, directory }: WorkingContainer): Promise<void> {
  if (!(await namesIn(directory)).includes('diff')) return;
  const { bavail, bsize } = await statfs(directory);
  if (bavail * bsize >= ROOM_BYTES) return;
  try {
    await retryOnSigterm(['buildah', 'umount', name]);
  } catch (error) {
    // It is unmounted all the same: only the record of that was not written.
    if (!(error instanceof CommandError) || error.diagnostics[0].code !== 'oci/no-space') throw error;
  }
  const changed = join(directory, 'diff');
  for (const entry of await readdir(changed)) await rm(join(changed, entry), { recursive: true, force: true });
}
