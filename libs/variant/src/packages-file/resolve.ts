import { type BuildOption, type Release } from '../names';
import { type Architecture } from '../platform';
import { resolveDistrobox } from './distrobox';
import { type ListKey } from './keys';
import {
  type Entry,
  type PackageList,
  type PackageLists,
  type PackagesDefinition,
  type ResolvedPackages,
} from './packages';
import { withoutRepetitions } from './repetitions';

/** What a build is for. */
export interface BuildTarget {
  readonly release: Release;
  readonly architecture: Architecture;
  /** Cumulative, in their order. */
  readonly options: readonly BuildOption[];
}

/**
 * The lists of a packages.yaml that count for `target`, joined in the order of the format: `<key>` and `<key>_<arch>`,
 * then `<key>_<option>` and `<key>_<option>_<arch>` for each option in its order; of each the sections `all`,
 * `<release>`, `all_<arch>`, `<release>_<arch>`. The first of equal values is kept.
 */
export function resolvePackages(packages: PackagesDefinition, target: BuildTarget): ResolvedPackages {
  const { lists } = packages;
  const join = <Key extends ListKey>(key: Key) => withoutRepetitions(joinLists<Item<Key>>(lists[key], target));
  const ltsVersion = packages.values.lts_version.get(target.release);
  const zfsRpmUrl = packages.values.zfs_rpm_url.get(target.release);
  return {
    repositories: join('repo_urls'),
    rpm: join('rpm'),
    rpmUrl: join('rpm_url'),
    rpmPostUrl: join('rpm_post_url'),
    rpmRemove: join('rpm_rm'),
    scriptlets: join('scriptlets'),
    pip: isWithoutPip(target) ? [] : join('pip_packages'),
    downloads: join('downloads'),
    fileRemove: join('file_rm'),
    services: {
      enable: { system: join('services_enable_sys'), user: join('services_enable_user') },
      disable: { system: join('services_disable_sys'), user: join('services_disable_user') },
      mask: { system: join('services_mask_sys'), user: join('services_mask_user') },
      unmask: { system: join('services_unmask_sys'), user: join('services_unmask_user') },
    },
    quadlets: join('quadlets_enable_sys'),
    flatpakRepositories: join('flatpak_repos'),
    flatpaks: join('flatpaks'),
    flatpakRuntimes: join('flatpaks_runtime'),
    flatpaksRemove: join('flatpaks_rm'),
    brew: { install: join('brew.install'), uninstall: join('brew.uninstall') },
    distrobox: join('distrobox').map((entry) => ({
      ...entry,
      value: resolveDistrobox(entry.value, target.architecture),
    })),
    nix: { install: join('nix.install') },
    ...(ltsVersion === undefined ? {} : { ltsVersion }),
    ...(zfsRpmUrl === undefined ? {} : { zfsRpmUrl }),
  };
}

type Item<Key extends ListKey> = PackageLists[Key][number]['entries'][number]['value'];

/** The format leaves Python packages out of headless images. */
function isWithoutPip(target: BuildTarget): boolean {
  return target.options.some((option) => option === 'nucleus');
}

/** What the lists of one key say for a build, in the order of the format, repetitions too. */
export function joinLists<T>(lists: readonly PackageList<T>[], target: BuildTarget): readonly Entry<T>[] {
  // Most of the keys are in no file.
  if (lists.length === 0) return [];
  const entries: Entry<T>[] = [];
  for (const option of [undefined, ...target.options]) {
    for (const keyArchitecture of [undefined, target.architecture]) {
      for (const sectionArchitecture of [undefined, target.architecture]) {
        for (const release of [undefined, target.release]) {
          const matching = lists.filter(
            ({ key, section }) =>
              key.option === option &&
              key.architecture === keyArchitecture &&
              section.architecture === sectionArchitecture &&
              section.release === release,
          );
          entries.push(...matching.flatMap((list) => list.entries));
        }
      }
    }
  }
  return entries;
}
