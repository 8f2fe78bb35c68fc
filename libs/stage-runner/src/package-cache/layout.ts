import { join } from 'node:path';
import { PACKAGE_CACHE, type BindMount, type BuildSelection } from '@immutablue/plan';

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
