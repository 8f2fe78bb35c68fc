import type { CustomHasher } from '@nx/devkit';
import { isFault } from '@immutablue/diagnostics';
import { isLeftOut } from '@immutablue/executor';
import { variantAt } from '../shared/task';
import { freshHash, taskInputs } from './hash';
import { hashed } from './image-hashers';

/** The same hasher, with a hash that no task has had when files or the machine are at fault: the executor says what is wrong. */
export function unlessFaulty(hasher: CustomHasher): CustomHasher {
  return async (task, context) => {
    // Its success is none that Nx may take later.
    const { project } = task.target;
    if (isLeftOut(variantAt(context.projectGraph.nodes[project]?.data.root ?? project)))
      return hashed(freshHash(taskInputs('left out')));
    try {
      return await hasher(task, context);
    } catch (error) {
      if (isFault(error)) return hashed(freshHash(taskInputs('at fault')));
      throw error;
    }
  };
}
