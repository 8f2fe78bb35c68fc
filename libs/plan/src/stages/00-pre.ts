import type { PlanInput } from '../model';
import type { Step } from '../steps/registry';
import { writtenFiles } from './copies';

/** Checks the root filesystem, then prepares /usr/immutablue as far as the package stages read it. */
export function pre(input: PlanInput): Step[] {
  return [{ kind: 'check-root', architecture: input.architecture }, ...writtenFiles(input, 'before-packages')];
}
