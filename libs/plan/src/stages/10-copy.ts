import type { PlanInput } from '../model';
import type { Step } from '../steps/registry';
import { downloads, overrides } from './copies';

/** Copies what the dep-builders made; then, of pinned files and overrides, what the package stages read. */
export function copy(input: PlanInput): Step[] {
  return [
    ...input.depBuilders.map(({ variant }): Step => ({ kind: 'copy-dep-builder', variant })),
    ...downloads(input, 'before-packages'),
    ...overrides(input, 'before-packages'),
  ];
}
