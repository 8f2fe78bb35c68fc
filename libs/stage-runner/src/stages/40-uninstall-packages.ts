import { count } from '../plan/count';
import type { PlanInput } from '../plan/plan';
import type { Step } from '../plan/step';
import { dnf, packageMounts, runStep } from './context';

/** Removes packages in one transaction. */
export function uninstallPackages(input: PlanInput): Step[] {
  const entries = input.packages.rpmRemove;
  if (entries.length === 0) return [];
  return [
    {
      ...runStep(
        `remove ${count(entries.length, 'package')}`,
        dnf(input, 'remove', ...entries.map((entry) => entry.value)),
        entries,
      ),
      kind: 'transaction',
      mounts: packageMounts(input),
      overrides: input.overridesInPlace,
    },
  ];
}
