/**
 * The keys of packages.yaml whose values are lists, each of which may be followed by `_<option>`, `_<arch>` or
 * `_<option>_<arch>`. Keys with a point are keys of a group: `install` below `brew`.
 */
export const LIST_KEYS = [
  'repo_urls',
  'rpm',
  'rpm_url',
  'rpm_post_url',
  'rpm_rm',
  'pip_packages',
  'file_rm',
  'services_enable_sys',
  'services_enable_user',
  'services_disable_sys',
  'services_disable_user',
  'services_mask_sys',
  'services_mask_user',
  'services_unmask_sys',
  'services_unmask_user',
  'flatpak_repos',
  'flatpaks',
  'flatpaks_runtime',
  'flatpaks_rm',
  'brew.install',
  'brew.uninstall',
  'distrobox',
  'nix.install',
] as const;
export type ListKey = (typeof LIST_KEYS)[number];

/** The keys with one value for each release. */
export const RELEASE_KEYS = ['lts_version', 'zfs_rpm_url'] as const;
export type ReleaseKey = (typeof RELEASE_KEYS)[number];
