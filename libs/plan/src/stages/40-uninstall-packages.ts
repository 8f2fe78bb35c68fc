import type { PlanInput } from '../model';
import type { Step } from '../steps/registry';
import { overridesBeforePackages } from './order';

/** Removes packages in one transaction. */
export function uninstallPackages(input: PlanInput): Step[] {
  const { rpmRemove, scriptlets } = input.packages;
  if (rpmRemove.length === 0) return [];
  const { release } = input;
  return [{ kind: 'uninstall', release, packages: rpmRemove, scriptlets, overrides: overridesBeforePackages(input) }];
}
