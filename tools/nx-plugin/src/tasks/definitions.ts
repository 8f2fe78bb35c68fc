import { dirname, join } from 'node:path';
import type { HasherContext, Task } from '@nx/devkit';
import { workspaceRoot } from 'nx/src/utils/workspace-root';
import {
  digestDefinitions,
  digestInstalled,
  digestTree,
  openFileDigests,
  type FileDigests,
} from '@immutablue/stage-runner';
import { appliedIn } from './applies-tag';

/**
 * A digest over what the folders of a task's variant, and of those that it applies, say of its image. Nx would count comments:
 * with one more of them each task would run, to find out that nothing has changed.
 */
export function definitionsOf(task: Task, context: HasherContext): Promise<string> {
  return digestEach(task, context, (folder, digests) => digestDefinitions(folder, digests));
}

/** A digest over the override trees in the same folders, with what Nx does not see of them; see {@link digestTree}. */
export function overridesOf(task: Task, context: HasherContext): Promise<string> {
  return digestEach(task, context, (folder, digests) =>
    Promise.resolve(digestTree(join(folder, 'artifacts'), digests)),
  );
}

/** A digest over what npm has installed, all of which Nx would carry along in its graph: nx.json has it left out there. */
export async function installedOf(): Promise<string> {
  const digests = await knownDigests();
  const installed = digestInstalled(workspaceRoot, digests);
  await digests.keep();
  return installed;
}

async function digestEach(
  task: Task,
  context: HasherContext,
  digest: (folder: string, digests: FileDigests) => Promise<string>,
): Promise<string> {
  const digests = await knownDigests();
  const found = await Promise.all(foldersOf(task, context).map((folder) => digest(folder, digests)));
  await digests.keep();
  return found.join(' ');
}

/** What is known of files in this process. */
let known: Promise<FileDigests> | undefined;

function knownDigests(): Promise<FileDigests> {
  known ??= openFileDigests(workspaceRoot);
  return known;
}

/** The folders of a task's variant and of those that it applies, absolute. */
function foldersOf({ target, projectRoot }: Task, { projectGraph }: HasherContext): string[] {
  if (projectRoot === undefined) throw new Error(`${target.project} has no folder`);
  const variants = dirname(projectRoot);
  const applied = appliedIn(projectGraph.nodes[target.project]?.data.tags ?? []);
  return [projectRoot, ...applied.map((name) => join(variants, name))].map((folder) => join(workspaceRoot, folder));
}
