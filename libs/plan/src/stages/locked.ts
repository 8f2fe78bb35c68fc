import { join } from 'node:path';
import type { BindMount } from '../mounts';
import type { LockedPackage } from '@immutablue/variant';
import type { PlanInput } from '../model';
import type { Installs, RunStep } from '../step';
import { BUILT_RPMS, dnf } from './context';

/** Where the package manager sees the RPMs of a lock. */
const STORE_MOUNT = '/run/immutablue/locked';

/** RPMs by their checksum, of all variants: what is in a file decides its name, so that builds can share them. */
export function rpmStore(input: Pick<PlanInput, 'cacheDirectory'>): BindMount {
  return { source: join(input.cacheDirectory, 'rpms'), target: STORE_MOUNT, access: 'read-only' };
}

/** The name of an RPM in the store. */
export function storedName({ checksum }: Pick<LockedPackage, 'checksum'>): string {
  return `${checksum.slice('sha256:'.length)}.rpm`;
}

/** An RPM as the package manager is given it. */
export function storedPath(rpm: Pick<LockedPackage, 'checksum'>): string {
  return `${STORE_MOUNT}/${storedName(rpm)}`;
}

/** Whether a word of a command is such a path. */
export function isStoredPath(word: string): boolean {
  return word.startsWith(`${STORE_MOUNT}/`);
}

/** Adds the RPMs that are there to a command of as many words as the first one says, unless that would leave it without any package. */
const WITH_BUILT_RPMS = `shopt -s nullglob; rpms=(${BUILT_RPMS}/*.rpm); words=$1; shift; (($# + \${#rpms[@]} == words)) || exec "$@" "\${rpms[@]}"`;

/** Installs the files of a lock. No repository is asked: a dependency that is not in the lock is an error. */
export function lockedCommand(
  input: PlanInput,
  packages: readonly LockedPackage[],
  { requested, builtRpms }: Installs,
): RunStep['command'] {
  const install = dnf(input, '--disablerepo=*', 'install');
  const files = packages.map(storedPath);
  if (builtRpms === 'with') {
    return ['bash', '-euo', 'pipefail', '-c', WITH_BUILT_RPMS, 'bash', String(install.length), ...install, ...files];
  }
  // The parent had all of it when it was locked.
  if (files.length === 0) return ['rpm', '--query', '--whatprovides', ...requested.map((entry) => entry.value)];
  return [...install, ...files];
}
