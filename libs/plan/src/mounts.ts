/** A folder or file of this machine that a program of the build sees at a path of its root filesystem. */
export interface BindMount {
  /** Absolute path on this machine, or below {@link PACKAGE_CACHE}. */
  readonly source: string;
  /** Absolute path in the root filesystem. */
  readonly target: string;
  readonly access: 'read-only' | 'read-write';
}

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
