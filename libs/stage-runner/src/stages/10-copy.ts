import { count } from '../plan/count';
import type { PlanInput } from '../plan/plan';
import type { Step } from '../plan/step';

/** Copies what the dep-builders made, then the overrides, which thereby win. */
export function copy(input: PlanInput): Step[] {
  const dependencies = input.dependencies.map(({ variant }): Step => ({
    kind: 'copy-dependencies',
    purpose: `copy what the dep-builder of ${variant} made`,
    variant,
  }));
  if (input.overrides.length === 0) return dependencies;
  // Directories that only lead to other entries are not what a person calls an override.
  const meant = input.overrides.filter((entry) => entry.type !== 'directory' || entry.isEmpty);
  return [
    ...dependencies,
    { kind: 'apply-overrides', purpose: `copy ${count(meant.length, 'override')}`, entries: input.overrides },
  ];
}
