import { upstreamProfile, type Entry } from '@immutablue/variant';
import { count } from '../plan/count';
import type { PlanInput } from '../plan/plan';
import type { RunStep, Step } from '../plan/step';
import { dnf, packageMounts, runStep } from './context';
import { overridesBeforePackages } from './order';

/**
 * Installs in as few transactions as the lists allow: single RPMs first, because they may bring repositories that the
 * packages come from; the packages, with the RPMs that dep-builders made; then what is said to come after the rest.
 */
export function installPackages(input: PlanInput): Step[] {
  const { packages } = input;
  const { mapRpmUrl } = upstreamProfile(input.upstream);
  const urls = packages.rpmUrl.map((entry) => ({ ...entry, value: mapRpmUrl(entry.value) }));
  const postUrls = packages.rpmPostUrl.map((entry) => ({ ...entry, value: mapRpmUrl(entry.value) }));
  return [
    ...install(input, urls, 'RPM'),
    ...(input.dependencies.length === 0 ? install(input, packages.rpm, 'package') : [installWithBuilt(input)]),
    ...install(input, postUrls, 'RPM'),
    ...pip(input),
  ];
}

function install(input: PlanInput, entries: readonly Entry<string>[], thing: string): Step[] {
  if (entries.length === 0) return [];
  return [transaction(input, `install ${count(entries.length, thing)}`, dnfInstall(input, entries), entries)];
}

/** Where `10-copy` puts the RPMs that a dep-builder made; 90-post empties /run. */
const BUILT_RPMS = '/run/immutablue/rpms';

/**
 * Adds the RPMs that are there to a command, unless that would leave it without any package. A plan cannot know their
 * names. The first word is the number of packages that the command names.
 */
const WITH_BUILT_RPMS = `shopt -s nullglob; rpms=(${BUILT_RPMS}/*.rpm); (($1 + \${#rpms[@]} == 0)) || exec "\${@:2}" "\${rpms[@]}"`;

function installWithBuilt(input: PlanInput): Step {
  const entries = input.packages.rpm;
  const command = dnfInstall(input, entries);
  return transaction(
    input,
    `install ${count(entries.length, 'package')} and the RPMs of the dep-builder`,
    ['bash', '-euo', 'pipefail', '-c', WITH_BUILT_RPMS, 'bash', String(entries.length), ...command],
    entries,
  );
}

function dnfInstall(input: PlanInput, entries: readonly Entry<string>[]): RunStep['command'] {
  // Metadata in the shared cache may be of an earlier state of the repository.
  return dnf(input, '--refresh', 'install', ...entries.map((entry) => entry.value));
}

function transaction(
  input: PlanInput,
  purpose: string,
  command: RunStep['command'],
  entries: readonly Entry<string>[],
): Step {
  return {
    ...runStep(purpose, command, entries),
    kind: 'transaction',
    mounts: packageMounts(input),
    overrides: overridesBeforePackages(input),
  };
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
