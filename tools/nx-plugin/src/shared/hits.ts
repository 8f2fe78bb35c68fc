import type { ProjectGraph, TaskGraph } from '@nx/devkit';
import type { Remote } from '@immutablue/stage-runner';

/** What becomes of a hit of the registry in a task that makes images. */
export type Hits = Exclude<Remote['hits'], 'judged'>;

/** What Nx knows of the tasks of a command. */
interface Graphs {
  readonly taskGraph?: Pick<TaskGraph, 'dependencies'> & { readonly tasks: Readonly<Record<string, TargetedTask>> };
  readonly projectGraph: { readonly nodes: Readonly<Record<string, Pick<ProjectGraph['nodes'][string], 'data'>>> };
}

interface TargetedTask {
  readonly target: { readonly project: string; readonly target: string };
}

/**
 * Hits of a task are deferred where other tasks of the command ask for it, and all of them are this plugin's, which fetch what they
 * read. Otherwise a person, or a program that knows nothing of it, looks for the image in the store. Pure.
 *
 * @param executors how targets name the package that has this plugin's executors.
 */
export function hitsOf(
  { project, target }: TargetedTask['target'],
  { taskGraph, projectGraph }: Graphs,
  executors: string,
): Hits {
  const { tasks, dependencies } = taskGraph ?? { tasks: {}, dependencies: {} };
  const isAsked = (id: string) => tasks[id]?.target.project === project && tasks[id].target.target === target;
  const users = Object.keys(dependencies).filter((id) => dependencies[id]?.some(isAsked));
  const isOurs = (id: string) => {
    const user = tasks[id]?.target;
    const { executor = '' } = projectGraph.nodes[user?.project ?? '']?.data.targets?.[user?.target ?? ''] ?? {};
    return executor.startsWith(`${executors}:`);
  };
  return users.length > 0 && users.every(isOurs) ? 'deferred' : 'fetched';
}
