import type { PlanInput } from '../model';
import type { Step } from '../steps/registry';
import { CLEAN } from './clean';
import { hasPackageWork } from './order';

/** Keeps what the package stages have left; where they have nothing to do, there is nothing worth keeping. */
export function checkpoint(input: PlanInput): Step[] {
  if (!hasPackageWork(input)) return [];
  return [
    {
      kind: 'checkpoint',
      of: 'what the package stages left',
      paths: input.packages.fileRemove,
      clean: CLEAN,
    },
  ];
}
