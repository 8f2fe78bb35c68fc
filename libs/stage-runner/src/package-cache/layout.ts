import { join } from 'node:path';
import type { BindMount } from '@immutablue/oci';
import type { BuildSelection } from '@immutablue/plan';

/**
 * The folder that package managers keep downloads in, as a plan names it: each build has one of its own, whose path is known
 * only when it runs.
 */
export const PACKAGE_CACHE = '$PACKAGE_CACHE';

/** What has a folder in it: dnf 4 and dnf 5 keep theirs in different places, and a plan does not know which an image has. */
export const PACKAGE_MANAGERS = ['dnf', 'libdnf5'] as const;
export type PackageManager = (typeof PACKAGE_MANAGERS)[number];

/** The mounts of a plan that stand for a build's own package cache. */
export const PACKAGE_CACHE_MOUNTS: readonly BindMount[] = PACKAGE_MANAGERS.map((manager) => ({
  source: `${PACKAGE_CACHE}/${manager}`,
  target: `/var/cache/${manager}`,
  access: 'read-write',
}));

/** Whether a mount of a plan is a folder of the build's own package cache. */
export function isPackageCacheMount(mount: BindMount): boolean {
  return mount.source.startsWith(`${PACKAGE_CACHE}/`);
}

/** Mounts of a plan with the folder of a build's package cache put in. */
export function inDirectory(mounts: readonly BindMount[], directory: string): BindMount[] {
  return mounts.map((mount) =>
    isPackageCacheMount(mount) ? { ...mount, source: directory + mount.source.slice(PACKAGE_CACHE.length) } : mount,
  );
}

/** Where everything is that builds share. */
export interface SharedPaths {
  /** RPMs by the SHA-256 of their content: those of all releases, architectures and upstream profiles. */
  readonly rpms: string;
  /** `<package manager>/<repository>/<file name>`: links to RPMs, by where a package manager looks for them. */
  readonly names: string;
  /** The metadata of repositories, for one release and architecture: `current` leads to the last complete state. */
  readonly metadata: string;
  /** The builds' own folders, by the process that each is of. */
  readonly builds: string;
  readonly lock: string;
}

/** Where in the user's cache everything is that builds share. */
export function sharedPaths(cacheDirectory: string, selection: BuildSelection): SharedPaths {
  const { upstream, release, architecture } = selection;
  const packages = join(cacheDirectory, 'packages');
  return {
    rpms: join(cacheDirectory, 'rpms'),
    // The lab's packages have names of real ones, and other content.
    names: join(packages, 'names', upstream),
    metadata: join(packages, 'metadata', `${upstream}-${release}-${architecture}`),
    builds: join(packages, 'builds'),
    lock: join(cacheDirectory, 'locks', `packages-${upstream}-${release}-${architecture}`),
  };
}

/**
 * The ID of the repository that a folder of a package manager's cache is for; undefined for RPMs that were given by address:
 * nothing says what their content has to be, so they are not kept.
 *
 * Both package managers name these folders `<ID>-<16 digits of the SHA-256 of the address>`.
 */
export function repositoryOf(directory: string): string | undefined {
  const id = /^(?<id>.+)-[0-9a-f]{16}$/.exec(directory)?.groups?.['id'];
  return id === undefined || /^@?commandline$/.test(id) ? undefined : id;
}

/** Whether a file beside the folders is made of the metadata of that repository: dnf 4 keeps `<ID>.solv`, `<ID>-filenames.solvx` … */
export function isSolverFileOf(repository: string, file: string): boolean {
  if (!file.startsWith(repository)) return false;
  return /^(?:-(?:filenames|updateinfo|presto|other|modules|comps|group))?\.solvx?$/.test(
    file.slice(repository.length),
  );
}
