import { verifyOverrides } from '@immutablue/overrides';
import type { PlanCheck } from '../../check';
import type { Finding } from '../../finding';
import { explainChange } from '../../later-step';
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
      findings.push({
        path: entry.path,
        message: `an override is not as in the tree: ${text}`,
        location: { file: entry.source, line: 1, column: 1 },
        ...(await explainChange(entry.path, later, workspaceRoot)),
      });
    }
    return findings;
  },
};
