import { mkdtemp, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { unlessMissing } from '@immutablue/oci';
import type { Store } from '../../../../e2e/support/store';

/**
 * Empties a store; the lab's images are in a store below it and stay. What it held is put aside and goes with the store's
 * folder: ext4 passes over inodes that were deleted in the last minutes, one by one for each new file (`recently_deleted` in
 * https://github.com/torvalds/linux/blob/master/fs/ext4/ialloc.c). After an image is deleted, a fifth of the time of the next
 * build goes there, where the machine that has nothing built has nothing deleted either.
 */
export async function emptyStore(store: Store): Promise<void> {
  await store.shutDown();
  const aside = await mkdtemp(join(store.directory, 'aside-'));
  for (const [name, path] of Object.entries({ graph: store.graphRoot, run: store.runRoot })) {
    // Missing before the first build in it.
    await unlessMissing(() => rename(path, join(aside, name)));
  }
}
