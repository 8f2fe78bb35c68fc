import { createHash } from 'node:crypto';
import type { CustomHasher, HasherContext } from '@nx/devkit';
import { overridesOf } from './definitions';

/** Nx gives it the environment of the task, which its type does not say. */
type WithEnvironment = HasherContext & { readonly env?: NodeJS.ProcessEnv };

/** The hash of a task that looks at files alone, comments included: what it says names their lines. */
const hasher: CustomHasher = async (task, context: WithEnvironment) => {
  const [hashed, overrides] = await Promise.all([
    context.hasher.hashTask(task, context.taskGraph, context.env ?? process.env),
    overridesOf(task, context),
  ]);
  const value = createHash('sha256').update(`${hashed.value} ${overrides}`).digest('hex');
  return { ...hashed, value };
};
export default hasher;
