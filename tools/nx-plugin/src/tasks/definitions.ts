import { dirname, join } from 'node:path';
import type { HasherContext, Task } from '@nx/devkit';
import { workspaceRoot } from 'nx/src/utils/workspace-root';
import { digestDefinitions } from '@immutablue/stage-runner';
import { appliedIn } from './applies-tag';

/**
 * A digest over what the folders of a task's variant, and of those that it applies, say of its image. Nx would count comments:
 * with one more of them each task would run, to find out that nothing has changed.
 */
export async function definitionsOf({ target, projectRoot }: Task, { projectGraph }: HasherContext): Promise<string> {
  if (projectRoot === undefined) throw new Error(`${target.project} has no folder`);
  const variants = dirname(projectRoot);
  const applied = appliedIn(projectGraph.nodes[target.project]?.data.tags ?? []);
  const folders = [projectRoot, ...applied.map((name) => join(variants, name))];
  return (await Promise.all(folders.map((folder) => digestDefinitions(join(workspaceRoot, folder))))).join(' ');
}
