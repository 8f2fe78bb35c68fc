import { count } from '@immutablue/diagnostics';
import type { EffectiveEntry } from '@immutablue/overrides';
import type { Entry, Release, ScriptletPolicy } from '@immutablue/variant';
import { entryInputs } from '../inputs';
import { PACKAGE_READS } from '../package-reads';
import { trees } from '../reads';
import { dnf } from './programs';
import type { StepKind } from './kind';
import type { StepCommand } from './runtime';
import { keepingOverrides, printedOverrides, scriptletInputs, transactionLines } from './transaction';

/** Removes packages in one transaction. */
export interface UninstallStep {
  readonly kind: 'uninstall';
  readonly release: Release;
  readonly packages: readonly Entry<string>[];
  /** The packages whose scriptlets may fail. */
  readonly scriptlets: readonly Entry<ScriptletPolicy>[];
  /** All overrides that are in place by then, and must be so afterwards. */
  readonly overrides: readonly EffectiveEntry[];
}

export const uninstall: StepKind<UninstallStep> = {
  duration: 'long',
  repositories: 'asked',
  purpose: ({ packages }) => `remove ${count(packages.length, 'package')}`,
  reads: () => trees(PACKAGE_READS),
  inputs: ({ packages, scriptlets }) => [...entryInputs('removed package', packages), ...scriptletInputs(scriptlets)],
  print: (step, shown) => [
    { kind: 'command', command: commandOf(step) },
    ...step.packages.map(({ value, location }) => `${value}  ${shown.place(location)}`),
    ...printedOverrides(step.overrides),
  ],
  run: (step, runtime) => keepingOverrides(step.overrides, runtime, () => runtime.command(commandOf(step))),
  containerfile: (step, number) => transactionLines(commandOf(step), step.overrides, number),
};

function commandOf({ release, packages, scriptlets }: UninstallStep): StepCommand {
  return {
    // The kernel that runs here is this machine's, whatever the image has.
    argv: dnf(release, '--setopt=protect_running_kernel=False', 'remove', ...packages.map(({ value }) => value)),
    sees: ['packages'],
    environment: {},
    // A removal loads no repository: dnf(8), `remove`.
    proxies: 'withheld',
    origin: { kind: 'names', names: packages, scriptlets },
  };
}
