import type { ServiceAction } from '@immutablue/variant';
import type { PlanCheck } from '../../check';
import type { Finding } from '../../finding';
import { askedUnits } from '../../plan-steps';

/** Prints the state of each unit, one to a line: systemctl itself prints no name with it. */
const PRINT_STATES = `
command -v systemctl >/dev/null || exit 127
flag=$1
shift
for unit in "$@"; do
  state=$(systemctl "$flag" is-enabled "$unit" 2>/dev/null)
  printf '%s %s\\n' "$unit" "$state"
done
`;

const FLAGS = { system: '--system', user: '--global' } as const;

export const services: PlanCheck = {
  kind: 'plan',
  name: 'services',
  title: 'units are in the state asked for',
  run: async ({ plan, run }) => {
    const asked = askedUnits(plan);
    const findings: Finding[] = [];
    for (const scope of ['system', 'user'] as const) {
      const units = asked.filter((unit) => unit.scope === scope);
      if (units.length === 0) continue;
      const { stdout } = await run({
        command: ['sh', '-c', PRINT_STATES, 'systemctl', FLAGS[scope], ...units.map(({ name }) => name)],
        environment: { SYSTEMD_OFFLINE: '1' },
        needs: 'systemctl',
      });
      const states = new Map(stdout.split('\n').map((line) => splitAtSpace(line)));
      for (const { name, action, location } of units) {
        const state = states.get(name) ?? '';
        if (isStateAfter(action, state)) continue;
        findings.push({
          message: `the ${scope} unit \`${name}\` is \`${state || 'unknown'}\` after \`${action}\``,
          location,
        });
      }
    }
    return findings;
  },
};

function splitAtSpace(line: string): [string, string] {
  const space = line.indexOf(' ');
  return [line.slice(0, space), line.slice(space + 1)];
}

/** Whether a unit is as a verb of systemctl leaves it; the states are those of `systemctl is-enabled`. */
export function isStateAfter(action: ServiceAction, state: string): boolean {
  // systemctl said nothing, so nothing is known of the unit.
  if (state === '') return false;
  switch (action) {
    case 'enable':
      return ['enabled', 'alias', 'indirect', 'generated'].includes(state);
    case 'mask':
      return state === 'masked';
    case 'unmask':
      return state !== 'masked';
    case 'disable':
      return !['enabled', 'alias'].includes(state);
  }
}
