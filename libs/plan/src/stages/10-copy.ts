import type { PlanInput } from '../model';
import type { Step } from '../step';
import { downloads, overrides } from './copies';

/** Copies what the dep-builders made; then, of pinned files and overrides, what the package stages read. */
export function copy(input: PlanInput): Step[] {
  return [
    ...input.dependencies.map(({ variant }): Step => ({
      kind: 'copy-dependencies',
      purpose: `copy what the dep-builder of ${variant} made`,
      variant,
    })),
    ...downloads(input, 'before packages'),
    ...overrides(input, 'before packages'),
  ];
}
