import { count } from '../plan/count';
import type { PlanInput } from '../plan/plan';
import type { Step } from '../plan/step';

/** Removes the listed paths. */
export function removeFiles(input: PlanInput): Step[] {
  const paths = input.packages.fileRemove;
  return paths.length === 0 ? [] : [{ kind: 'remove-paths', purpose: `remove ${count(paths.length, 'path')}`, paths }];
}
