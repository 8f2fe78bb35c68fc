import type { PlanCheck } from '../../check';
import type { Finding } from '../../finding';
import { isFile } from '../../look';
import { stepsOf } from '../../plan-steps';

export const writtenFiles: PlanCheck = {
  kind: 'plan',
  name: 'written-files',
  title: '/usr/immutablue describes the image',
  run: async ({ plan, root }) => {
    const findings: Finding[] = [];
    for (const { path, content } of stepsOf(plan, 'write-file')) {
      const found = (await isFile(root, path)) ? (await root.readFile(path)).toString() : undefined;
      if (found !== content) findings.push({ path, message: `\`${path}\` is not what the build wrote` });
    }
    return findings;
  },
};

export const removedPaths: PlanCheck = {
  kind: 'plan',
  name: 'removed-paths',
  title: 'removed paths are gone',
  run: async ({ plan, root }) => {
    const findings: Finding[] = [];
    for (const { value: path, location } of stepsOf(plan, 'remove-paths').flatMap((step) => step.paths)) {
      if ((await root.lstat(path)) === undefined) continue;
      findings.push({ path, location, message: `\`${path}\` is still there` });
    }
    return findings;
  },
};
