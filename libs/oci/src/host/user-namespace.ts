import type { Argv } from '../process/process';
import { currentUser, type HostUser } from './user';

/** Set by buildah in the environment of programs inside the user namespace: that they are, and the user's ID outside. */
const INSIDE = '_CONTAINERS_USERNS_CONFIGURED';
const USER_OUTSIDE = '_CONTAINERS_ROOTLESS_UID';

/**
 * Whether work on a container's files has to be moved into a user namespace first: an ordinary user owns the files of
 * an image only inside the namespace that maps the subordinate IDs.
 */
export function needsUserNamespace(
  environment: Readonly<Record<string, string | undefined>> = process.env,
  user: HostUser = currentUser(),
): boolean {
  return user.uid !== 0 && environment[INSIDE] === undefined;
}

/** The same command inside the user namespace of this user's containers-storage. */
export function unshareArgv(argv: Argv): Argv {
  return ['buildah', 'unshare', '--', ...argv];
}

/** The ID of the user whose containers-storage is in use. Inside the user namespace this process's own ID would be 0. */
export function storageUserId(
  environment: Readonly<Record<string, string | undefined>> = process.env,
  user: HostUser = currentUser(),
): number {
  const outside = environment[INSIDE] === undefined ? undefined : environment[USER_OUTSIDE];
  return outside === undefined ? user.uid : Number(outside);
}
