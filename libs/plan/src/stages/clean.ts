import type { Cleaned } from '../steps/clean';

/**
 * What is emptied: run-time directories, and what package managers leave. /var is unpacked on a host at its first
 * installation only, so nothing that belongs to an image may be left there.
 */
const EMPTY = ['/run', '/tmp', '/var/tmp', '/var/cache', '/var/log', '/var/lib/dnf'] as const;

/** Backups and locks that user-management tools write beside their files, and the like. */
const FILES = [
  '/etc/.pwd.lock',
  '/etc/passwd-',
  '/etc/group-',
  '/etc/shadow-',
  '/etc/gshadow-',
  '/etc/subuid-',
  '/etc/subgid-',
  // SQLite's index of a journal: recreated whenever the database is opened, and different in every build.
  '/usr/lib/sysimage/rpm/rpmdb.sqlite-shm',
  '/var/lib/rpm/rpmdb.sqlite-shm',
] as const;

/** Places where buildah mounts the host's file; it leaves an empty one behind. */
const EMPTY_FILES = ['/etc/hostname', '/etc/resolv.conf', '/etc/hosts'] as const;

/** What must not be in an image, nor in a layer of one. */
export const CLEAN: Cleaned = {
  empty: EMPTY,
  files: FILES,
  emptyFiles: EMPTY_FILES,
};
