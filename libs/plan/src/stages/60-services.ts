import { SERVICE_SCOPES, type ServiceAction } from '@immutablue/variant';
import type { PlanInput } from '../model';
import type { Step } from '../steps/registry';

/** A unit that was masked cannot be enabled, and one that is masked last stays so. */
const ORDER: readonly ServiceAction[] = ['unmask', 'disable', 'enable', 'mask'];

/** Sets the state of units, and lists the quadlets to start: they have no unit file that could be enabled. */
export function services({ packages, variant }: PlanInput): Step[] {
  const { quadlets } = packages;
  return [
    ...SERVICE_SCOPES.flatMap((scope) =>
      ORDER.flatMap((action): Step[] => {
        const units = packages.services[action][scope];
        return units.length === 0 ? [] : [{ kind: 'units', scope, action, units }];
      }),
    ),
    ...(quadlets.length === 0
      ? []
      : [{ kind: 'quadlets', names: quadlets, path: `/usr/immutablue/quadlets.d/${variant.name}.list` } as const]),
  ];
}
