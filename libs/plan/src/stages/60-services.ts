import { SERVICE_SCOPES, type ServiceAction, type ServiceScope } from '@immutablue/variant';
import { count } from '../count';
import type { PlanInput } from '../model';
import type { Step } from '../step';
import { SERVICE_READS } from '../package-reads';
import { trees } from '../reads';
import { runStep } from './context';

/** A unit that was masked cannot be enabled, and one that is masked last stays so. */
const ORDER: readonly ServiceAction[] = ['unmask', 'disable', 'enable', 'mask'];

const FLAGS: Readonly<Record<ServiceScope, readonly string[]>> = { system: [], user: ['--global'] };

/** Sets the state of units: the system's, and through --global that of every user's service manager. */
export function services(input: PlanInput): Step[] {
  return [...SERVICE_SCOPES.flatMap((scope) => units(input, scope)), ...quadlets(input)];
}

function units(input: PlanInput, scope: ServiceScope): Step[] {
  return ORDER.flatMap((action): Step[] => {
    const entries = input.packages.services[action][scope];
    if (entries.length === 0) return [];
    return [
      {
        ...runStep(
          `${action} ${count(entries.length, `${scope} unit`)}`,
          ['systemctl', ...FLAGS[scope], action, ...entries.map((entry) => entry.value)],
          entries,
        ),
        environment: { SYSTEMD_OFFLINE: '1' },
        reads: trees(SERVICE_READS),
      },
    ];
  });
}

/** A quadlet has no unit file that could be enabled: the image's own start-up reads which ones to start. */
function quadlets(input: PlanInput): Step[] {
  const names = input.packages.quadlets;
  if (names.length === 0) return [];
  return [
    {
      kind: 'enable-quadlets',
      purpose: `have ${count(names.length, 'quadlet')} started at every boot`,
      names,
      path: `/usr/immutablue/quadlets.d/${input.variant.name}.list`,
    },
  ];
}
