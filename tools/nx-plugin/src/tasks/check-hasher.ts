import type { CustomHasher } from '@nx/devkit';
import { join } from 'node:path';
import { codeDigest, familyDigest } from '@immutablue/stage-runner';
import { workspaceRoot } from 'nx/src/utils/workspace-root';
import { readPluginOptions } from '../shared/settings';
import { freshHash, taskInputs } from './hash';
import { hashed } from './image-hashers';
import { installedVersions } from './installed';
import { hasOtherOptions } from './planned';

/** The hash of a task that looks at files alone, comments included: what it says names their lines. */
export const hashCheck: CustomHasher = async (task, { nxJsonConfiguration }) => {
  const options = readPluginOptions(nxJsonConfiguration);
  const files = await familyDigest(join(workspaceRoot, options.variants));
  const inputs = taskInputs(task.target, files, options, codeDigest(['@immutablue/boot']), await installedVersions());
  return hashed(hasOtherOptions(task, []) ? freshHash(inputs) : inputs);
};
