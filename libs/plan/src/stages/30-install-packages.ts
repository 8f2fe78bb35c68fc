import { lockCommand, upstreamProfile, type Entry, type LockedList } from '@immutablue/variant';
import type { PlanInput } from '../model';
import type { InstallStep } from '../steps/install';
import type { Step } from '../steps/registry';
import { overridesBeforePackages } from './order';

/**
 * Installs in as few transactions as the lists allow: single RPMs first, because they may bring repositories that the
 * packages come from; the packages, with the RPMs that dep-builders made; then what is said to come after the rest.
 */
export function installPackages(input: PlanInput): Step[] {
  const { rpmUrl, rpm, rpmPostUrl, pip } = input.packages;
  return [
    ...install(input, 'rpm_url', rpmUrl, 'without'),
    ...install(input, 'rpm', rpm, input.depBuilders.length === 0 ? 'without' : 'with'),
    ...install(input, 'rpm_post_url', rpmPostUrl, 'without'),
    ...(pip.length === 0 ? [] : [{ kind: 'install-python', packages: pip } as const]),
  ];
}

function install(
  input: PlanInput,
  list: LockedList,
  requested: readonly Entry<string>[],
  builtRpms: InstallStep['builtRpms'],
): Step[] {
  if (requested.length === 0 && builtRpms === 'without') return [];
  const { lock, release, upstream, variant } = input;
  const { mapRpmUrl } = upstreamProfile(upstream);
  return [
    {
      kind: 'install',
      list,
      release,
      requested,
      packages: list === 'rpm' ? requested : requested.map((entry) => ({ ...entry, value: mapRpmUrl(entry.value) })),
      scriptlets: input.packages.scriptlets,
      builtRpms,
      overrides: overridesBeforePackages(input),
      ...(lock === undefined
        ? {}
        : { locked: { packages: lock.lists[list].packages, relock: lockCommand(variant.name, lock) } }),
    },
  ];
}
