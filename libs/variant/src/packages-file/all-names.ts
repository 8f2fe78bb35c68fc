import { type ListKey } from './keys';
import {
  type Download,
  type PackageList,
  type PackagesDefinition,
  type Repository,
  type ServiceScope,
} from './packages';

/** Every name in a packages.yaml that a build can ask its upstream for, whatever it is built for. No list holds a value twice. */
export interface AllNames {
  readonly rpm: readonly string[];
  readonly rpmRemove: readonly string[];
  /** Addresses of single RPMs: `rpm_url`, `rpm_post_url` and `zfs_rpm_url`. */
  readonly rpmUrls: readonly string[];
  readonly repositories: readonly Repository[];
  readonly downloads: readonly Download[];
  /** Units that are enabled, disabled, masked or unmasked. */
  readonly services: Readonly<Record<ServiceScope, readonly string[]>>;
}

/** The names of a packages.yaml over all releases, architectures and build options. */
export function allNames(packages: PackagesDefinition): AllNames {
  const { lists, values } = packages;
  const namesOf = (...keys: readonly StringListKey[]) => unique(keys.flatMap((key) => valuesOf(lists[key])));
  const repositories = valuesOf(lists.repo_urls);
  return {
    rpm: namesOf('rpm'),
    rpmRemove: namesOf('rpm_rm'),
    rpmUrls: unique([
      ...namesOf('rpm_url', 'rpm_post_url'),
      ...[...values.zfs_rpm_url.values()].map(({ value }) => value),
    ]),
    repositories: [
      ...new Map(repositories.map((repository) => [`${repository.name} ${repository.url}`, repository])).values(),
    ],
    downloads: [...new Map(valuesOf(lists.downloads).map((download) => [download.url, download])).values()],
    services: {
      system: namesOf('services_enable_sys', 'services_disable_sys', 'services_mask_sys', 'services_unmask_sys'),
      user: namesOf('services_enable_user', 'services_disable_user', 'services_mask_user', 'services_unmask_user'),
    },
  };
}

type StringListKey = Exclude<ListKey, 'repo_urls' | 'downloads' | 'scriptlets' | 'flatpak_repos' | 'distrobox'>;

function valuesOf<T>(lists: readonly PackageList<T>[]): readonly T[] {
  return lists.flatMap((list) => list.entries.map((entry) => entry.value));
}

function unique<T>(values: readonly T[]): readonly T[] {
  return [...new Set(values)];
}
