import { type PackagesDefinition, type Repository, type ServiceScope } from './packages';

/** Every name in a packages.yaml that a build can ask its upstream for, whatever it is built for. No list holds a value twice. */
export interface AllNames {
  readonly rpm: readonly string[];
  readonly rpmRemove: readonly string[];
  /** Addresses of single RPMs: `rpm_url`, `rpm_post_url` and `zfs_rpm_url`. */
  readonly rpmUrls: readonly string[];
  readonly repositories: readonly Repository[];
  /** Units that are enabled, disabled, masked or unmasked. */
  readonly services: Readonly<Record<ServiceScope, readonly string[]>>;
}

/** The names of a packages.yaml over all releases, architectures and build options. */
export function allNames(packages: PackagesDefinition): AllNames {
  throw new Error(`not written yet: ${packages.file}`);
}
