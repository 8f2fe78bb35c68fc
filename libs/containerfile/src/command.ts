import type { Argv } from '@immutablue/oci';
import type { BuildPlan } from '@immutablue/plan';
import { LAB_CONTEXT } from './mounts';
import type { WrittenExport } from './write';

/**
 * The command that builds an export, for a person's shell. `chroot` isolation is what the workspace itself builds with, and
 * runs everywhere; all flags mean the same to podman.
 */
export function exportCommand(plan: BuildPlan, written: WrittenExport): Argv {
  return [
    'buildah',
    'build',
    ...['--isolation', 'chroot'],
    ...(written.lab === undefined ? [] : ['--build-context', `${LAB_CONTEXT}=${written.lab}`]),
    ...(written.parent === undefined ? [] : ['--timestamp', String(written.parent.created)]),
    ...['--file', written.containerfile],
    ...['--tag', plan.reference],
    written.context,
  ];
}
