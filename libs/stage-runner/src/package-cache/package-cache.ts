import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheDirectory, foldersIn, type BindMount, ownedName, isOrphan } from '@immutablue/oci';
import type { BuildSelection } from '@immutablue/plan';
import { PACKAGE_MANAGERS } from '@immutablue/plan';
import { inDirectory, isPackageCacheMount, sharedPaths, type SharedPaths } from './layout';
import { publishMetadata, seedMetadata } from './metadata';
import { dropChanged, keepRpms, seedRpms, type OwnDirectory, type SeededRpms } from './rpms';

/** A build's own view of the packages and metadata that all builds share. */
export interface PackageCache {
  /**
   * Runs `work` with the mounts of a plan as they are for this build. When it succeeds, the RPMs that it has fetched are
   * there for all builds.
   */
  readonly use: <T>(mounts: readonly BindMount[], work: (mounts: readonly BindMount[]) => Promise<T>) => Promise<T>;
  /** Shares the metadata too, if no use of it has failed, and removes the build's own folder. Calling it again does nothing. */
  readonly close: () => Promise<void>;
}

/**
 * Gives a build its own package cache. The package managers' own locks are in it: builds at the same time do not wait for each
 * other, and none replaces metadata that another reads. Its folder is made when it is first used.
 *
 * @param purpose what it is for: the variant that is built, for example.
 * @param onWait is called when another process writes metadata, with what is known of it.
 */
export function createPackageCache(
  purpose: string,
  selection: BuildSelection,
  onWait: (holder: string) => void,
  directory: string = cacheDirectory(),
): PackageCache {
  const shared = sharedPaths(directory, selection);
  const seeded: SeededRpms = new Map();
  const state: { own?: OwnDirectory; lastUse: 'none' | 'succeeded' | 'failed' } = { lastUse: 'none' };

  const open = async (): Promise<OwnDirectory> => {
    if (state.own !== undefined) return state.own;
    await removeOrphans(shared);
    const name = await ownedName(`${purpose}-${selection.release}-${selection.architecture}`);
    const own = { name, path: join(shared.builds, name) };
    // Of an earlier build of this very process, if it could not remove it.
    await rm(own.path, { recursive: true, force: true });
    await mkdir(own.path, { recursive: true });
    state.own = own;
    await seedMetadata(shared, own);
    return own;
  };

  return {
    use: async (mounts, work) => {
      if (!mounts.some(isPackageCacheMount)) return work(mounts);
      const own = await open();
      for (const manager of PACKAGE_MANAGERS) await mkdir(join(own.path, manager), { recursive: true });
      await seedRpms(shared, own, seeded);
      state.lastUse = 'failed';
      const result = await work(inDirectory(mounts, own.path));
      await keepRpms(shared, own, seeded);
      state.lastUse = 'succeeded';
      return result;
    },
    close: async () => {
      const { own } = state;
      if (own === undefined) return;
      delete state.own;
      try {
        await dropChanged(shared, seeded);
        if (state.lastUse === 'succeeded') await publishMetadata(shared, own, onWait);
      } finally {
        await removeOf(shared, own.name);
      }
    },
  };
}

/** Removes the folders of killed builds. */
async function removeOrphans(shared: SharedPaths): Promise<void> {
  const names = [...(await foldersIn(shared.builds)), ...(await foldersIn(join(shared.rpms, '.partial')))];
  for (const name of new Set(names)) {
    if (await isOrphan(name)) await removeOf(shared, name);
  }
}

async function removeOf(shared: SharedPaths, name: string): Promise<void> {
  await rm(join(shared.rpms, '.partial', name), { recursive: true, force: true });
  await rm(join(shared.builds, name), { recursive: true, force: true });
}
