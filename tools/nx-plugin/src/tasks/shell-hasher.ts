import type { CustomHasher } from '@nx/devkit';
import { workspaceRoot } from 'nx/src/utils/workspace-root';
import { announceCommandLine } from '../shared/command-line';
import { freshHash, taskInputs } from './hash';
import { hashed } from './image-hashers';

/** Of a task that runs what a person types: each time. Nx asks for it in its own process, before the task is started. */
export const hashShell: CustomHasher = (_, context) => {
  // Nx 22.7 gives hashers the environment in which it will run the task, and leaves it out of the type.
  const { env } = context as typeof context & { readonly env: Record<string, string | undefined> };
  announceCommandLine(workspaceRoot, env);
  return Promise.resolve(hashed(freshHash(taskInputs('shell'))));
};
