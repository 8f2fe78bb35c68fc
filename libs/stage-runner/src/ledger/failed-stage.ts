import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readIfThere, stateDirectory, writeAtomically } from '@immutablue/oci';

/** The file that says in which sub-stage the last build of an image has failed. */
function failedPath(workspaceRoot: string, reference: string): string {
  const name = createHash('sha256').update(reference).digest('hex').slice(0, 32);
  return join(stateDirectory(workspaceRoot), 'failed', name);
}

/** The sub-stage in which the last build of an image has failed, or undefined when it has not. */
export function readFailedStage(workspaceRoot: string, reference: string): Promise<string | undefined> {
  return readIfThere(failedPath(workspaceRoot, reference));
}

/** Notes that a build has failed in a sub-stage: the next one keeps what there is before it. */
export async function noteFailedStage(workspaceRoot: string, reference: string, stage: string): Promise<void> {
  await writeAtomically(failedPath(workspaceRoot, reference), stage);
}

/** Forgets it: a build has succeeded. */
export async function forgetFailedStage(workspaceRoot: string, reference: string): Promise<void> {
  await rm(failedPath(workspaceRoot, reference), { force: true });
}
