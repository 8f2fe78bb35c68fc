import { currentUser, type Argv, type HostUser } from '@immutablue/oci';

/**
 * The command in a process and mount namespace of its own: what it mounts never shows on the host, and every process
 * that it starts, daemons too, ends with it. An ordinary user gets a user namespace besides, in which they are root and
 * own their subordinate IDs (`unshare --map-auto`, util-linux 2.38).
 */
export function containedArgv(argv: Argv, user: HostUser = currentUser()): Argv {
  const identity = user.uid === 0 ? [] : ['--user', '--map-root-user', '--map-auto'];
  return ['unshare', ...identity, '--mount', '--pid', '--fork', '--kill-child', '--mount-proc', '--', ...argv];
}
