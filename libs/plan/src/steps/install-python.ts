import { count } from '@immutablue/diagnostics';
import type { Entry } from '@immutablue/variant';
import { commandLine, lines } from '../containerfile/action';
import { entryInputs } from '../inputs';
import type { StepKind } from './kind';
import type { StepCommand } from './runtime';

/** Installs Python packages with pip. */
export interface InstallPythonStep {
  readonly kind: 'install-python';
  readonly packages: readonly Entry<string>[];
}

export const installPython: StepKind<InstallPythonStep> = {
  duration: 'short',
  repositories: 'asked',
  purpose: ({ packages }) => `install ${count(packages.length, 'Python package')}`,
  // pip asks what any of Python's many directories holds.
  reads: () => 'everything',
  inputs: ({ packages }) => entryInputs('Python package', packages),
  print: (step, shown) => [
    { kind: 'command', command: commandOf(step) },
    ...step.packages.map(({ value, location }) => `${value}  ${shown.place(location)}`),
  ],
  run: (step, runtime) => runtime.command(commandOf(step)),
  containerfile: (step) => lines([commandLine(commandOf(step).argv)]),
};

function commandOf({ packages }: InstallPythonStep): StepCommand {
  const names = packages.map(({ value }) => value);
  return {
    // /usr/local is a link into /var on the images: what lies there is never updated.
    argv: ['python3', '-m', 'pip', 'install', '--prefix=/usr', '--no-cache-dir', ...names],
    sees: [],
    environment: {},
    proxies: 'passed',
    origin: { kind: 'names', names: packages },
  };
}
