import type { CustomHasher } from '@nx/devkit';
import { join } from 'node:path';
import { codeDigest, familyDigest } from '@immutablue/stage-runner';
import { workspaceRoot } from 'nx/src/utils/workspace-root';
import { readPluginOptions } from '../shared/settings';
import { freshHash, taskInputs } from './hash';
import { hashed } from './image-hashers';
import { installedVersions } from './installed';
import { hasOtherOptions, optionsOf, SELECTION } from './planned';

/**
 * The hash of a task that looks at files alone, comments included: what it says names their lines. What servers have today is not the
 * answer of tomorrow.
 */
export const hashCheck: CustomHasher = async (task, context) => {
  const settings = readPluginOptions(context.nxJsonConfiguration);
  const files = await familyDigest(join(workspaceRoot, settings.variants));
  const { release, upstream, architecture } = optionsOf(task, context);
  const selection = [release, upstream, architecture].map((value) => String(value));
  const code = codeDigest(['@immutablue/boot']);
  const inputs = taskInputs(task.target, selection, files, settings, code, await installedVersions());
  return hashed(hasOtherOptions(task, SELECTION) ? freshHash(inputs) : inputs);
};
