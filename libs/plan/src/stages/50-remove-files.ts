import type { PlanInput } from '../model';
import type { Step } from '../steps/registry';
import { downloads, overrides, writtenFiles } from './copies';
import { hasPackageWork } from './order';

/** Copies what the package stages do not read, then removes the listed paths. */
export function removeFiles(input: PlanInput): Step[] {
  return [
    ...writtenFiles(input, 'after-packages'),
    ...downloads(input, 'after-packages'),
    ...overrides(input, 'after-packages'),
    ...removal(input),
  ];
}

function removal(input: PlanInput): Step[] {
  const paths = input.packages.fileRemove;
  if (paths.length === 0) return [];
  return [{ kind: 'remove-paths', paths, absent: hasPackageWork(input) ? 'accept' : 'note' }];
}
