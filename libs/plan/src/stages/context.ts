import { join } from 'node:path';
import { LAB_MOUNT } from '@immutablue/variant';
import { PACKAGE_CACHE_MOUNTS, type BindMount } from '../mounts';
import type { BuildSelection, PlanInput } from '../model';
import type { RunStep } from '../step';
import { PACKAGE_READS } from '../package-reads';
import { trees } from '../reads';

/** Where scripts see the folder of their variant. */
export const CONTEXT_MOUNT = '/run/immutablue/context';

/** Where scripts see the helpers that are sourced before them. */
export const COMMON_MOUNT = '/run/immutablue/99-common.sh';

/** Where `10-copy` puts the RPMs that a dep-builder made; 90-post empties /run. */
export const BUILT_RPMS = '/run/immutablue/rpms';

/** Where the workspace keeps the lab's repository. */
export function labRepository(workspaceRoot: string): string {
  return join(workspaceRoot, '.immutablue', 'lab', 'repository');
}

/** What commands of the package manager and scripts see of the host: packages, and nothing else. */
export function packageMounts(
  input: Pick<BuildSelection, 'upstream'> & Pick<PlanInput, 'workspaceRoot'>,
): readonly BindMount[] {
  return [...repositoryMounts(input), ...PACKAGE_CACHE_MOUNTS];
}

/** What commands that only read repositories and definitions see of the host. */
export function repositoryMounts(
  input: Pick<BuildSelection, 'upstream'> & Pick<PlanInput, 'workspaceRoot'>,
): readonly BindMount[] {
  return input.upstream === 'lab'
    ? [{ source: labRepository(input.workspaceRoot), target: LAB_MOUNT, access: 'read-only' }]
    : [];
}

/** The package manager with what every call of it needs. `dnf` is dnf 5 on Fedora and dnf 4 on the lab; both take these. */
export function dnf(input: Pick<BuildSelection, 'release'>, ...words: readonly string[]): [string, ...string[]] {
  return [
    'dnf',
    '--assumeyes',
    `--releasever=${input.release}`,
    '--setopt=keepcache=True',
    // Fedora's dnf goes on without a repository that is down: the image would have whatever the others offer.
    '--setopt=skip_if_unavailable=False',
    ...words,
  ];
}

/** A command inside the container, with nothing of the host in sight. */
export function runStep(purpose: string, command: RunStep['command'], names: RunStep['names'] = []): RunStep {
  return { kind: 'run', purpose, command, mounts: [], environment: {}, names, reads: trees(PACKAGE_READS) };
}
