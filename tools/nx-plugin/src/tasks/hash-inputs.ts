import type { HasherContext, Task } from '@nx/devkit';

/** Nx gives it the environment of the task, which its type does not say. */
type WithEnvironment = HasherContext & { readonly env?: NodeJS.ProcessEnv };

/** What Nx makes of the inputs of a task. */
export function hashInputs(task: Task, context: WithEnvironment) {
  return context.hasher.hashTask(task, context.taskGraph, context.env ?? process.env);
}
