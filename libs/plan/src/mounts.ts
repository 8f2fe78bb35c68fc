import { join } from 'node:path';
import { LAB_MOUNT } from '@immutablue/variant';

/** Where a program sees a secret; as podman and buildah have it, podman-secret(1). */
export const SECRETS_MOUNT = '/run/secrets';

/** A folder or file of this machine that a program of the build sees at a path of its root filesystem. */
export interface BindMount {
  /** Absolute path on this machine, or below {@link PACKAGE_CACHE}. */
  readonly source: string;
  /** Absolute path in the root filesystem. */
  readonly target: string;
  readonly access: 'read-only' | 'read-write';
}

/** What a program of a build sees of this machine, by what it is for. */
export type Seen =
  /** The lab's repository; nothing on the real registries. */
  | 'repositories'
  /** The repositories, and the folders in which package managers keep what they fetch. */
  | 'packages'
  /** RPMs by their checksum, for a locked transaction. */
  | 'locked-rpms'
  /** Pinned files by their checksum. */
  | 'downloads';

/** Where on this machine things are that programs of a build see. */
export interface HostFolders {
  /** Absolute path of the lab's repository; undefined on the real registries. */
  readonly repository: string | undefined;
  /** Absolute; package managers keep downloads below it. */
  readonly cacheDirectory: string;
}

/**
 * The folder that package managers keep downloads in, as a plan names it: each build has one of its own, whose path is known
 * only when it runs.
 */
export const PACKAGE_CACHE = '$PACKAGE_CACHE';

/** What has a folder in it: dnf 4 and dnf 5 keep theirs in different places, and a plan does not know which an image has. */
export const PACKAGE_MANAGERS = ['dnf', 'libdnf5'] as const;
export type PackageManager = (typeof PACKAGE_MANAGERS)[number];

/** Where the package manager sees the RPMs of a lock. */
export const LOCKED_RPMS_MOUNT = '/run/immutablue/locked';

/** Where the command that fetches sees the cache of pinned files. */
export const DOWNLOADS_MOUNT = '/run/immutablue/downloads';

/** The mounts that show a program what it sees of this machine. */
export function mountsOf(seen: readonly Seen[], folders: HostFolders): BindMount[] {
  return seen.flatMap((one) => mountsFor(one, folders));
}

function mountsFor(seen: Seen, folders: HostFolders): BindMount[] {
  switch (seen) {
    case 'repositories':
      return folders.repository === undefined
        ? []
        : [{ source: folders.repository, target: LAB_MOUNT, access: 'read-only' }];
    case 'packages':
      return [
        ...mountsFor('repositories', folders),
        ...PACKAGE_MANAGERS.map((manager): BindMount => ({
          source: `${PACKAGE_CACHE}/${manager}`,
          target: `/var/cache/${manager}`,
          access: 'read-write',
        })),
      ];
    case 'locked-rpms':
      return [lockedRpms(folders)];
    case 'downloads':
      return [{ source: join(folders.cacheDirectory, 'downloads'), target: DOWNLOADS_MOUNT, access: 'read-write' }];
  }
}

/** RPMs by their checksum, of all variants: what is in a file decides its name, so that builds can share them. */
export function lockedRpms({ cacheDirectory }: Pick<HostFolders, 'cacheDirectory'>): BindMount {
  return { source: join(cacheDirectory, 'rpms'), target: LOCKED_RPMS_MOUNT, access: 'read-only' };
}

/** Where the workspace keeps the lab's repository: a link that the next `lab:up` can make lead elsewhere. */
export function labRepository(workspaceRoot: string): string {
  return join(workspaceRoot, '.immutablue', 'lab', 'repository');
}
