import { createHash, randomUUID } from 'node:crypto';
import { isFault } from '@immutablue/diagnostics';
import { isLeftOut } from '@immutablue/executor';
import { imagesIfAny, type StoredImage } from '@immutablue/oci';
import { workspaceRoot } from 'nx/src/utils/workspace-root';
import { labState, type LabState } from '../state';

/** What Nx hands to a hasher, as far as it is used. */
interface HasherContext<Task, TaskGraph> {
  readonly hasher: {
    readonly hashTask: (task: Task, graph: TaskGraph, environment: NodeJS.ProcessEnv) => Promise<{ value: string }>;
  };
  readonly taskGraph: TaskGraph;
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * The hash by which Nx looks whether the lab is as variants want it. While something is missing, no hash is like any before: it
 * would be the same when it is missing again, and Nx would take the success of then.
 */
export default async function hashUp<Task extends { readonly target: { readonly target: string } }, TaskGraph>(
  task: Task,
  context: HasherContext<Task, TaskGraph>,
) {
  const architecture = task.target.target === 'up-aarch64' ? 'aarch64' : 'x86_64';
  const [hashed, images] = await Promise.all([
    context.hasher.hashTask(task, context.taskGraph, context.env ?? process.env),
    imagesIfAny(),
  ]);
  const state = await stateUnlessFaulty(architecture, images);
  // The success of a task that is left out is none that Nx may take later.
  const isThere = state.kind === 'there' && !isLeftOut(`lab:${task.target.target}`);
  const decisive = isThere ? state.digest : randomUUID();
  return { ...hashed, value: createHash('sha256').update(`${hashed.value} ${decisive}`).digest('hex') };
}

/** Files that cannot be read are what `lab:up` itself reports. */
async function stateUnlessFaulty(
  architecture: 'x86_64' | 'aarch64',
  images: readonly StoredImage[],
): Promise<LabState> {
  try {
    return await labState(workspaceRoot, architecture, images);
  } catch (error) {
    if (isFault(error)) return { kind: 'missing' };
    throw error;
  }
}
