import { count } from '@immutablue/diagnostics';
import type { EffectiveEntry } from '@immutablue/overrides';
import {
  nevra,
  type Entry,
  type LockedList,
  type LockedPackage,
  type Release,
  type ScriptletPolicy,
} from '@immutablue/variant';
import { entryInputs, originOf, type StepInput } from '../inputs';
import { LOCKED_RPMS_MOUNT } from '../mounts';
import { PACKAGE_READS } from '../package-reads';
import { trees } from '../reads';
import { dnf } from './programs';
import type { StepKind } from './kind';
import type { StepCommand } from './runtime';
import { keepingOverrides, printedOverrides, scriptletInputs, transactionLines } from './transaction';

/** Installs a list of packages.yaml in one transaction. */
export interface InstallStep {
  readonly kind: 'install';
  readonly list: LockedList;
  readonly release: Release;
  /** As packages.yaml has them. */
  readonly requested: readonly Entry<string>[];
  /** The same in the same order, as the package manager is given them: addresses are mapped by the upstream profile. */
  readonly packages: readonly Entry<string>[];
  /** The packages whose scriptlets may fail. */
  readonly scriptlets: readonly Entry<ScriptletPolicy>[];
  /** Whether the RPMs of dep-builders are part of the transaction. */
  readonly builtRpms: 'with' | 'without';
  /** All overrides that are in place by then, and must be so afterwards. */
  readonly overrides: readonly EffectiveEntry[];
  /** The files that are installed, and nothing else, where a lock says so. */
  readonly locked?: {
    readonly packages: readonly LockedPackage[];
    /** The command that locks again; for messages. */
    readonly relock: string;
  };
}

/** Where `10-copy` puts the RPMs that a dep-builder made; 90-post empties /run. */
export const BUILT_RPMS = '/run/immutablue/rpms';

const THINGS: Readonly<Record<LockedList, string>> = { rpm_url: 'RPM', rpm: 'package', rpm_post_url: 'RPM' };

export const install: StepKind<InstallStep> = {
  duration: 'long',
  repositories: 'asked',
  purpose: ({ list, requested, builtRpms, locked }) =>
    [
      `install ${count(requested.length, THINGS[list])}`,
      ...(list === 'rpm_post_url' ? [' after the rest'] : []),
      ...(builtRpms === 'with' ? [' and the RPMs of the dep-builder'] : []),
      ...(locked === undefined ? [] : [', as locked']),
    ].join(''),
  reads: () => trees(PACKAGE_READS),
  inputs,
  print: (step, shown) => [
    { kind: 'command', command: commandOf(step) },
    ...step.packages.map(({ value, location }) => `${value}  ${shown.place(location)}`),
    ...(step.locked?.packages ?? []).map((rpm) => `${nevra(rpm)}  ${shown.place(rpm.location)}`),
    ...printedOverrides(step.overrides),
  ],
  run: (step, runtime) =>
    keepingOverrides(step.overrides, runtime, async () => {
      const { locked, list, requested, builtRpms } = step;
      if (locked === undefined) {
        await runtime.command(openCommand(step));
        return;
      }
      const { sees } = openCommand(step);
      const commandFor = (packages: readonly LockedPackage[]) => lockedCommand(step, packages);
      await runtime.installLocked({ ...locked, list, requested, builtRpms, sees, commandFor });
    }),
  containerfile: (step, number) => transactionLines(exportedCommand(step), step.overrides, number),
};

/** One by one: the order of a list changes nothing. With the list: packages after the rest are not packages among the rest. */
function inputs({ list, release, packages, builtRpms, scriptlets, locked }: InstallStep): StepInput[] {
  const how = JSON.stringify([list, locked === undefined ? 'open' : 'locked']);
  return [
    { noun: 'installation of', name: list, value: JSON.stringify([release, builtRpms]) },
    ...entryInputs('package', packages, how),
    ...scriptletInputs(scriptlets),
    // The checksum is all that there is to an RPM.
    ...(locked?.packages ?? []).map((rpm) => ({
      noun: 'locked RPM',
      name: rpm.name,
      value: rpm.checksum,
      origin: originOf(rpm.location),
    })),
  ];
}

function commandOf(step: InstallStep): StepCommand {
  return step.locked === undefined ? openCommand(step) : lockedCommand(step, step.locked.packages);
}

/** Metadata in the shared cache may be of an earlier state of the repository: `--refresh`. */
function openCommand(step: InstallStep): StepCommand {
  const names = step.packages.map(({ value }) => value);
  return withBuiltRpms(step, dnf(step.release, '--refresh', 'install'), names);
}

/** Installs the files of a lock. No repository is asked: a dependency that is not in the lock is an error. */
function lockedCommand(step: InstallStep, packages: readonly LockedPackage[]): StepCommand {
  const command = withBuiltRpms(step, dnf(step.release, '--disablerepo=*', 'install'), packages.map(lockedRpmPath));
  const sees = [...command.sees, 'locked-rpms'] as const;
  const proxies = 'withheld';
  if (step.builtRpms === 'without' && packages.length === 0) {
    // The parent had all of it when it was locked.
    return {
      ...command,
      sees,
      proxies,
      argv: ['rpm', '--query', '--whatprovides', ...step.requested.map(({ value }) => value)],
    };
  }
  return { ...command, sees, proxies };
}

/** Without this machine's store of RPMs, what is locked is named by its version: the repositories must still have it. */
function exportedCommand(step: InstallStep): StepCommand {
  if (step.locked === undefined) return openCommand(step);
  return withBuiltRpms(step, dnf(step.release, 'install'), step.locked.packages.map(nevra));
}

/**
 * Adds the RPMs that are there to a command, unless that would leave it without any package. A plan cannot know their
 * names. The first word is the number of packages that the command names.
 */
const WITH_BUILT_RPMS = `shopt -s nullglob; rpms=(${BUILT_RPMS}/*.rpm); (($1 + \${#rpms[@]} == 0)) || exec "\${@:2}" "\${rpms[@]}"`;

function withBuiltRpms(
  { builtRpms, packages, scriptlets }: InstallStep,
  command: readonly [string, ...string[]],
  names: readonly string[],
): StepCommand {
  const argv: [string, ...string[]] = [...command, ...names];
  return {
    argv:
      builtRpms === 'without'
        ? argv
        : ['bash', '-euo', 'pipefail', '-c', WITH_BUILT_RPMS, 'bash', String(names.length), ...argv],
    sees: ['packages'],
    environment: {},
    proxies: 'passed',
    origin: { kind: 'names', names: packages, scriptlets },
  };
}

/** The name of an RPM among those that are kept by their checksum. */
export function lockedRpmName({ checksum }: Pick<LockedPackage, 'checksum'>): string {
  return `${checksum.slice('sha256:'.length)}.rpm`;
}

/** An RPM of a lock as the package manager is given it. */
export function lockedRpmPath(rpm: Pick<LockedPackage, 'checksum'>): string {
  return `${LOCKED_RPMS_MOUNT}/${lockedRpmName(rpm)}`;
}
