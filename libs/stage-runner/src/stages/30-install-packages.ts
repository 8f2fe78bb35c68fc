import { upstreamProfile, type Entry } from '@immutablue/variant';
import { count } from '../plan/count';
import type { PlanInput } from '../plan/plan';
import type { Step } from '../plan/step';
import { dnf, packageMounts, runStep } from './context';

/**
 * Installs in as few transactions as the lists allow: single RPMs first, because they may bring repositories that the
 * packages come from; the packages; then what is said to come after the rest.
 */
export function installPackages(input: PlanInput): Step[] {
  const { packages } = input;
  const { mapRpmUrl } = upstreamProfile(input.upstream);
  const urls = packages.rpmUrl.map((entry) => ({ ...entry, value: mapRpmUrl(entry.value) }));
  const postUrls = packages.rpmPostUrl.map((entry) => ({ ...entry, value: mapRpmUrl(entry.value) }));
  return [
    ...install(input, urls, 'RPM'),
    ...install(input, packages.rpm, 'package'),
    ...install(input, postUrls, 'RPM'),
    ...pip(input),
  ];
}

function install(input: PlanInput, entries: readonly Entry<string>[], thing: string): Step[] {
  if (entries.length === 0) return [];
  return [
    {
      ...runStep(
        `install ${count(entries.length, thing)}`,
        // Metadata in the shared cache may be of an earlier state of the repository.
        dnf(input, '--refresh', 'install', ...entries.map((entry) => entry.value)),
        entries,
      ),
      kind: 'transaction',
      mounts: packageMounts(input),
      overrides: input.overridesInPlace,
    },
  ];
}

function pip(input: PlanInput): Step[] {
  const entries = input.packages.pip;
  if (entries.length === 0) return [];
  return [
    runStep(
      `install ${count(entries.length, 'Python package')}`,
      // /usr/local is a link into /var on the images: what lies there is never updated.
      ['python3', '-m', 'pip', 'install', '--prefix=/usr', '--no-cache-dir', ...entries.map((entry) => entry.value)],
      entries,
    ),
  ];
}
