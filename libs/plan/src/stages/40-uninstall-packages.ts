import { count } from '../count';
import type { PlanInput } from '../model';
import type { Step } from '../step';
import { dnf, packageMounts, runStep } from './context';
import { overridesBeforePackages } from './order';

/** Removes packages in one transaction. */
export function uninstallPackages(input: PlanInput): Step[] {
  const entries = input.packages.rpmRemove;
  if (entries.length === 0) return [];
  return [
    {
      ...runStep(
        `remove ${count(entries.length, 'package')}`,
        // The kernel that runs here is this machine's, whatever the image has.
        dnf(input, '--setopt=protect_running_kernel=False', 'remove', ...entries.map((entry) => entry.value)),
        entries,
      ),
      kind: 'transaction',
      mounts: packageMounts(input),
      overrides: overridesBeforePackages(input),
    },
  ];
}
