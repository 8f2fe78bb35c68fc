import { openLedger } from '@immutablue/stage-runner';
import type { ImageId } from '@immutablue/oci';
import type { ImageInputs } from './image-inputs';

/** Nx sets it for each task that it runs. */
const TASK_HASH = 'NX_TASK_HASH';

/**
 * Records what the task that runs has left, so that Nx's next hash of the same inputs is the one of this run, whose output it
 * keeps. Does nothing when this is no task of Nx, or where the inputs do not say everything.
 *
 * @param inputs of what was really built: a file may have been edited after Nx had hashed the task.
 */
export async function recordTask(
  workspaceRoot: string,
  { inputs, isFixed }: ImageInputs,
  left: { readonly images: readonly ImageId[]; readonly reference?: string },
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<void> {
  const hash = environment[TASK_HASH];
  if (hash?.startsWith(inputs) !== true || !isFixed) return;
  await openLedger(workspaceRoot).write('tasks', inputs, { hash, ...left, images: [...left.images] });
}
