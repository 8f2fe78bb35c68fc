import { OS_RELEASE, osRelease, quadletList, type BuildPlan, type Step } from '@immutablue/plan';
import type { PlanCheck } from '../../check';
import type { Finding } from '../../finding';
import { explainChange } from '../../later-step';
import { isFile } from '../../look';
import { stepsAfter, stepsOf } from '../../plan-steps';

export const writtenFiles: PlanCheck = {
  kind: 'plan',
  name: 'written-files',
  title: 'files that the build writes are as it wrote them',
  run: async ({ plan, root, ancestors, workspaceRoot }) => {
    const findings: Finding[] = [];
    for (const [path, { step, isAsWritten }] of writtenBy(plan, ancestors[0].image.created)) {
      const found = (await isFile(root, path)) ? (await root.readFile(path)).toString() : undefined;
      if (found !== undefined && isAsWritten(found)) continue;
      const later = stepsAfter(plan, step);
      findings.push({
        path,
        message: `\`${path}\` is not what the build wrote`,
        ...(await explainChange(path, later, workspaceRoot)),
      });
    }
    return findings;
  },
};

interface WrittenFile {
  readonly step: Step;
  readonly isAsWritten: (text: string) => boolean;
}

/** The files that a build writes itself, by their paths; of those for one path the last one counts. */
function writtenBy(plan: BuildPlan, created: number): ReadonlyMap<string, WrittenFile> {
  const files = new Map<string, WrittenFile>();
  for (const step of stepsOf(plan, 'write-file'))
    files.set(step.path, { step, isAsWritten: (text) => text === step.content });
  for (const step of stepsOf(plan, 'quadlets'))
    files.set(step.path, { step, isAsWritten: (text) => text === quadletList(step) });
  // Its fields are set on top of those that upstream has: a text that has them all does not change by it.
  for (const step of stepsOf(plan, 'os-release'))
    files.set(OS_RELEASE, { step, isAsWritten: (text) => osRelease(text, step.identity, created) === text });
  return files;
}

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
