import { count } from '@immutablue/diagnostics';
import type { Entry, ServiceAction, ServiceScope } from '@immutablue/variant';
import { commandLine, lines } from '../containerfile/action';
import { entryInputs } from '../inputs';
import { SERVICE_READS } from '../package-reads';
import { trees } from '../reads';
import type { StepKind } from './kind';
import type { StepCommand } from './runtime';

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
  run: (step, runtime) => runtime.command(commandOf(step)),
  containerfile: (step) => {
    const { argv, environment } = commandOf(step);
    return lines([commandLine(argv, environment)]);
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
