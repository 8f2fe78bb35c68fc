import { count, shellCommand, throwIfAny, type Diagnostic } from '@immutablue/diagnostics';
import type { Entry, ServiceAction, ServiceScope } from '@immutablue/variant';
import { commandLine, lines } from '../containerfile/action';
import { entryInputs } from '../inputs';
import { SERVICE_READS } from '../package-reads';
import { trees } from '../reads';
import { findUnit } from '../units/find-unit';
import { canBeEnabled, ENABLEABLE_HINT, notEnableable } from '../units/install-section';
import { unitsIn } from '../units/root-units';
import type { StepKind } from './kind';
import type { StepCommand, StepRuntime } from './runtime';

/** Sets the state of units: the system's, or that of every user's service manager. */
export interface UnitsStep {
  readonly kind: 'units';
  readonly scope: ServiceScope;
  readonly action: ServiceAction;
  readonly units: readonly Entry<string>[];
}

const FLAGS: Readonly<Record<ServiceScope, readonly string[]>> = { system: [], user: ['--global'] };
const NOUNS: Readonly<Record<ServiceScope, string>> = { system: 'unit', user: 'user unit' };

export const units: StepKind<UnitsStep> = {
  duration: 'short',
  repositories: 'not-asked',
  purpose: (step) => `${step.action} ${count(step.units.length, `${step.scope} unit`)}`,
  reads: () => trees(SERVICE_READS),
  inputs: (step) => entryInputs(`${step.action} ${NOUNS[step.scope]}`, step.units),
  print: (step, shown) => [
    { kind: 'command', command: commandOf(step) },
    ...step.units.map(({ value, location }) => `${value}  ${shown.place(location)}`),
  ],
  run: async (step, runtime) => {
    await runtime.command(commandOf(step));
    if (step.action === 'enable') await requireEnabled(step, runtime);
  },
  containerfile: (step) => {
    const { argv, environment } = commandOf(step);
    const names = step.units.map(({ value }) => value);
    const scope = step.scope === 'user' ? '--global' : '--system';
    return lines([
      commandLine(argv, environment),
      ...(step.action === 'enable' ? [shellCommand(['require_enabled', scope, ...names])] : []),
    ]);
  },
};

function commandOf(step: UnitsStep): StepCommand {
  return {
    argv: ['systemctl', ...FLAGS[step.scope], step.action, ...step.units.map(({ value }) => value)],
    sees: [],
    environment: { SYSTEMD_OFFLINE: '1' },
    proxies: 'withheld',
    origin: { kind: 'names', names: step.units },
  };
}

/**
 * systemctl says nothing but advice of a unit that has nothing to be enabled by, and nothing at all beside one that has.
 *
 * @throws {DiagnosticError} `build/unit-not-enableable` for each such unit.
 */
async function requireEnabled({ scope, units: names }: UnitsStep, { root }: StepRuntime): Promise<void> {
  const faults: Diagnostic[] = [];
  for (const { value, location } of names) {
    const unit = await findUnit(unitsIn(root), scope, value);
    if (unit === undefined || canBeEnabled(unit.texts)) continue;
    faults.push({
      code: 'build/unit-not-enableable',
      message: notEnableable(scope, value),
      location,
      notes: [`the unit is ${unit.path} in the image`],
      hint: ENABLEABLE_HINT,
    });
  }
  throwIfAny(faults);
}
