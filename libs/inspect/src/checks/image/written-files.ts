import type { PlanCheck } from '../../check';
import type { Finding } from '../../finding';
import { explainChange, unexplainedHint } from '../../later-step';
import { isFile } from '../../look';
import { stepsAfter, stepsOf } from '../../plan-steps';

export const writtenFiles: PlanCheck = {
  kind: 'plan',
  name: 'written-files',
  title: 'files that the build writes are as it wrote them',
  run: async ({ plan, root, workspaceRoot }) => {
    // Of those for one path the last one counts.
    const last = new Map(stepsOf(plan, 'write-file').map((step) => [step.path, step]));
    const findings: Finding[] = [];
    for (const [path, step] of last) {
      const found = (await isFile(root, path)) ? (await root.readFile(path)).toString() : undefined;
      if (found === step.content) continue;
      const later = stepsAfter(plan, step);
      const explanation = await explainChange(path, later, workspaceRoot);
      findings.push({
        path,
        message: `\`${path}\` is not what the build wrote`,
        ...(explanation === undefined ? { hint: unexplainedHint(later, workspaceRoot) } : { explanation }),
      });
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
