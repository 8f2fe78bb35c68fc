import type { CustomHasher, HasherContext } from '@nx/devkit';
import { workspaceRoot } from 'nx/src/utils/workspace-root';
import { imagesIfAny } from '@immutablue/oci';
import { definitionsOf } from './definitions';
import { hashOfTask } from './hash';
import { readTaskNote, storeId } from './notes';
import { restoreName } from './restore-name';

/** Nx gives it the environment of the task, which its type does not say. */
type WithEnvironment = HasherContext & { readonly env?: NodeJS.ProcessEnv };

/** The hash by which Nx looks whether a task has run already, for tasks that leave images in containers-storage. */
const hasher: CustomHasher = async (task, context: WithEnvironment) => {
  // Asked at once: others answer some of it, buildah and the daemon of Nx.
  const [images, hashed, definitions, store] = await Promise.all([
    imagesIfAny(),
    context.hasher.hashTask(task, context.taskGraph, context.env ?? process.env),
    definitionsOf(task, context),
    storeId(workspaceRoot),
  ]);
  const there = new Set<string>(images.map(({ id }) => id));
  const { value, left } = await hashOfTask({
    inputs: `${hashed.value} ${definitions}`,
    storeId: store,
    noteOf: (hash) => readTaskNote(workspaceRoot, hash),
    isThere: (image) => there.has(image),
  });
  if (left?.name !== undefined) await restoreName(left.name, images);
  return { ...hashed, value };
};
export default hasher;
