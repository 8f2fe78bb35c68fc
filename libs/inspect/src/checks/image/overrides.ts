import { readFile } from 'node:fs/promises';
import { verifyOverrides } from '@immutablue/overrides';
import type { Step } from '@immutablue/stage-runner';
import { renderLocation } from '@immutablue/diagnostics';
import type { PlanCheck } from '../../check';
import type { Finding } from '../../finding';
import { overridesOf, stepsAfterOverrides } from '../../plan-steps';

/** Content by SHA-256, mode, type and owner. What a later step of the plan changed is shown with that step. */
export const overrides: PlanCheck = {
  kind: 'plan',
  name: 'overrides',
  title: 'overrides are as in their trees',
  run: async ({ plan, root, workspaceRoot }) => {
    const later = stepsAfterOverrides(plan);
    const findings: Finding[] = [];
    for (const { entry, text } of await verifyOverrides(root, overridesOf(plan))) {
      const explanation = await explain(entry.path, later, workspaceRoot);
      findings.push({
        path: entry.path,
        message: `an override is not as in the tree: ${text}`,
        location: { file: entry.source, line: 1, column: 1 },
        ...(explanation === undefined ? { hint: hintFor(later) } : { explanation }),
      });
    }
    return findings;
  },
};

/**
 * The later step that changed an override on purpose: the last one that names its path. Packages are not asked about, because
 * a transaction puts back what they overwrite.
 */
async function explain(path: string, later: readonly Step[], workspaceRoot: string): Promise<string | undefined> {
  for (const step of later.toReversed()) {
    if (step.kind === 'remove-paths') {
      const removal = step.paths.find(({ value }) => value === path || path.startsWith(`${value}/`));
      if (removal !== undefined) return `file_rm at ${renderLocation(removal.location, workspaceRoot)} removed it`;
    }
    if (step.kind === 'script') {
      const lines = (await readFile(step.file, 'utf8')).split('\n');
      const line = lines.findIndex((text) => mentions(text, path)) + 1;
      if (line === 0) continue;
      return `the script ${renderLocation({ file: step.file, line, column: 1 }, workspaceRoot)} changed it`;
    }
  }
  return undefined;
}

/** Whether a line of a script names the path itself: not in a comment, and not as the beginning of another path. */
export function mentions(line: string, path: string): boolean {
  if (line.trimStart().startsWith('#')) return false;
  const index = line.indexOf(path);
  return index !== -1 && !/[\w./-]/.test(line[index + path.length] ?? '');
}

function hintFor(later: readonly Step[]): string {
  const scripts = later.flatMap((step) => (step.kind === 'script' ? [step.file] : []));
  return scripts.length === 0
    ? 'no step of the build changes it: was the image changed after it was built?'
    : `no step of the build names it; scripts that run later: ${scripts.map((file) => file.split('/').slice(-3).join('/')).join(', ')}`;
}
