import { createHash } from 'node:crypto';
import { imagesIfAny } from '@immutablue/oci';
import { workspaceRoot } from 'nx/src/utils/workspace-root';
import { labState } from '../state';

/** What Nx hands to a hasher, as far as it is used. */
interface HasherContext<Task, TaskGraph> {
  readonly hasher: {
    readonly hashTask: (task: Task, graph: TaskGraph, environment: NodeJS.ProcessEnv) => Promise<{ value: string }>;
  };
  readonly taskGraph: TaskGraph;
  readonly env?: NodeJS.ProcessEnv;
}

/** The hash by which Nx looks whether the lab is as variants want it. */
export default async function hashUp<Task, TaskGraph>(task: Task, context: HasherContext<Task, TaskGraph>) {
  const [hashed, state] = await Promise.all([
    context.hasher.hashTask(task, context.taskGraph, context.env ?? process.env),
    labState(workspaceRoot, imagesIfAny),
  ]);
  return { ...hashed, value: createHash('sha256').update(`${hashed.value} ${state}`).digest('hex') };
}
