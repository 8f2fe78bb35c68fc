import { createHash } from 'node:crypto';
import type { CustomHasher } from '@nx/devkit';
import { installedOf, overridesOf } from './definitions';
import { hashInputs } from './hash-inputs';

/** The hash of a task that looks at files alone, comments included: what it says names their lines. */
const hasher: CustomHasher = async (task, context) => {
  const [hashed, overrides, installed] = await Promise.all([
    hashInputs(task, context),
    overridesOf(task, context),
    installedOf(),
  ]);
  const value = createHash('sha256').update(`${hashed.value} ${overrides} ${installed}`).digest('hex');
  return { ...hashed, value };
};
export default hasher;
