import { dirname, join } from 'node:path';
import type { HasherContext, Task } from '@nx/devkit';
import { workspaceRoot } from 'nx/src/utils/workspace-root';
import { digestDefinitions, digestTree, openFileDigests, type FileDigests } from '@immutablue/stage-runner';
import { appliedIn } from './applies-tag';

/**
 * A digest over what the folders of a task's variant, and of those that it applies, say of its image. Nx would count comments:
 * with one more of them each task would run, to find out that nothing has changed.
 */
export async function definitionsOf(task: Task, context: HasherContext): Promise<string> {
  return (await Promise.all(foldersOf(task, context).map(digestDefinitions))).join(' ');
}

/** What is known of files in this process. */
let known: Promise<FileDigests> | undefined;

/** A digest over the override trees in the same folders, with what Nx does not see of them; see {@link digestTree}. */
export async function overridesOf(task: Task, context: HasherContext): Promise<string> {
  known ??= openFileDigests(workspaceRoot);
  const digests = await known;
  const trees = foldersOf(task, context).map((folder) => digestTree(join(folder, 'artifacts'), digests));
  await digests.keep();
  return trees.join(' ');
}

/** The folders of a task's variant and of those that it applies, absolute. */
function foldersOf({ target, projectRoot }: Task, { projectGraph }: HasherContext): string[] {
  if (projectRoot === undefined) throw new Error(`${target.project} has no folder`);
  const variants = dirname(projectRoot);
  const applied = appliedIn(projectGraph.nodes[target.project]?.data.tags ?? []);
  return [projectRoot, ...applied.map((name) => join(variants, name))].map((folder) => join(workspaceRoot, folder));
}
