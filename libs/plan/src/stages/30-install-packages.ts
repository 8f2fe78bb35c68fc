import { lockCommand, upstreamProfile, type Entry, type LockedList } from '@immutablue/variant';
import { count } from '../count';
import type { PlanInput } from '../model';
import type { Installs, RunStep, Step, TransactionStep } from '../step';
import { BUILT_RPMS, dnf, packageMounts, runStep } from './context';
import { lockedCommand, rpmStore } from './locked';
import { overridesBeforePackages } from './order';

/**
 * Installs in as few transactions as the lists allow: single RPMs first, because they may bring repositories that the
 * packages come from; the packages, with the RPMs that dep-builders made; then what is said to come after the rest.
 */
export function installPackages(input: PlanInput): Step[] {
  const { packages } = input;
  const builtRpms = input.dependencies.length === 0 ? 'without' : 'with';
  return [
    ...install(input, { list: 'rpm_url', requested: packages.rpmUrl, builtRpms: 'without' }),
    ...install(input, { list: 'rpm', requested: packages.rpm, builtRpms }),
    ...install(input, { list: 'rpm_post_url', requested: packages.rpmPostUrl, builtRpms: 'without' }),
    ...pip(input),
  ];
}

function install(input: PlanInput, installs: Installs): Step[] {
  const { requested, list, builtRpms } = installs;
  if (requested.length === 0 && builtRpms === 'without') return [];
  const what = `${count(requested.length, THINGS[list])}${list === 'rpm_post_url' ? ' after the rest' : ''}`;
  const step: TransactionStep = {
    ...runStep(
      builtRpms === 'with' ? `install ${what} and the RPMs of the dep-builder` : `install ${what}`,
      dnfInstall(input, installs),
      named(input, installs),
    ),
    kind: 'transaction',
    mounts: packageMounts(input),
    overrides: overridesBeforePackages(input),
    installs,
  };
  return [input.lock === undefined ? step : withLock(input, input.lock, step, installs)];
}

const THINGS: Readonly<Record<LockedList, string>> = { rpm_url: 'RPM', rpm: 'package', rpm_post_url: 'RPM' };

/** The values as the package manager is given them. */
function named(input: PlanInput, { list, requested }: Installs): readonly Entry<string>[] {
  if (list === 'rpm') return requested;
  const { mapRpmUrl } = upstreamProfile(input.upstream);
  return requested.map((entry) => ({ ...entry, value: mapRpmUrl(entry.value) }));
}

/** The same transaction with the files of the lock and nothing else: repositories are out of sight. */
function withLock(
  input: PlanInput,
  lock: NonNullable<PlanInput['lock']>,
  step: TransactionStep,
  installs: Installs,
): TransactionStep {
  const { packages } = lock.lists[installs.list];
  const store = rpmStore(input);
  return {
    ...step,
    purpose: `${step.purpose}, as locked`,
    command: lockedCommand(input, packages, installs),
    mounts: [...step.mounts, store],
    locked: { packages, store, relock: lockCommand(input.variant.name, lock) },
  };
}

/**
 * Adds the RPMs that are there to a command, unless that would leave it without any package. A plan cannot know their
 * names. The first word is the number of packages that the command names.
 */
const WITH_BUILT_RPMS = `shopt -s nullglob; rpms=(${BUILT_RPMS}/*.rpm); (($1 + \${#rpms[@]} == 0)) || exec "\${@:2}" "\${rpms[@]}"`;

function dnfInstall(input: PlanInput, installs: Installs): RunStep['command'] {
  const names = named(input, installs).map((entry) => entry.value);
  // Metadata in the shared cache may be of an earlier state of the repository.
  const command = dnf(input, '--refresh', 'install', ...names);
  return installs.builtRpms === 'without'
    ? command
    : ['bash', '-euo', 'pipefail', '-c', WITH_BUILT_RPMS, 'bash', String(names.length), ...command];
}

function pip(input: PlanInput): Step[] {
  const entries = input.packages.pip;
  if (entries.length === 0) return [];
  return [
    {
      ...runStep(
        `install ${count(entries.length, 'Python package')}`,
        // /usr/local is a link into /var on the images: what lies there is never updated.
        ['python3', '-m', 'pip', 'install', '--prefix=/usr', '--no-cache-dir', ...entries.map((entry) => entry.value)],
        entries,
      ),
      // pip asks what any of Python's many directories holds.
      reads: 'everything',
    },
  ];
}
