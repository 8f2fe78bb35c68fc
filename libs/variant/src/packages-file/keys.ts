/**
 * The keys of packages.yaml whose values are lists, and what each is for. Every one may be followed by `_<option>`,
 * `_<arch>` or `_<option>_<arch>`. Keys with a point are keys of a group: `install` below `brew`.
 */
export const LIST_KEY_DESCRIPTIONS = {
  repo_urls: 'Repositories: each .repo file is fetched from its address and saved in /etc/yum.repos.d',
  rpm: 'RPMs to install',
  rpm_url: 'Addresses of RPMs that are installed before the others, such as those that bring repositories',
  rpm_post_url: 'Addresses of RPMs that are installed after the others',
  rpm_rm: 'RPMs to remove',
  scriptlets: 'Packages whose scriptlets may fail, each with the reason',
  pip_packages: 'Python packages to install; not on nucleus',
  downloads: 'Files to fetch and place in the image, each pinned by its checksum',
  file_rm: 'Files and directories to remove, by absolute path',
  services_enable_sys: 'System units to enable',
  services_enable_user: 'User units to enable for all users',
  services_disable_sys: 'System units to disable',
  services_disable_user: 'User units to disable for all users',
  services_mask_sys: 'System units to mask',
  services_mask_user: 'User units to mask for all users',
  services_unmask_sys: 'System units to unmask',
  services_unmask_user: 'User units to unmask for all users',
  quadlets_enable_sys: 'Quadlets whose services are started at every boot',
  flatpak_repos: 'Flatpak remotes; used on the running system',
  flatpaks: 'Flatpaks to install; used on the running system',
  flatpaks_runtime: 'Flatpak runtimes; used on the running system',
  flatpaks_rm: 'Flatpaks to remove; used on the running system',
  'brew.install': 'Homebrew formulae to install; used on the running system',
  'brew.uninstall': 'Homebrew formulae to remove; used on the running system',
  distrobox: 'Distrobox containers; used on the running system',
  'nix.install': 'Nix packages to install; used on the running system',
} as const;
export type ListKey = keyof typeof LIST_KEY_DESCRIPTIONS;
export const LIST_KEYS = Object.keys(LIST_KEY_DESCRIPTIONS) as readonly ListKey[];

/** The keys with one value for each release. */
export const RELEASE_KEY_DESCRIPTIONS = {
  lts_version: 'The series of the long-term kernel for each release',
  zfs_rpm_url: "The address of the RPM with ZFS's repository for each release",
} as const;
export type ReleaseKey = keyof typeof RELEASE_KEY_DESCRIPTIONS;
export const RELEASE_KEYS = Object.keys(RELEASE_KEY_DESCRIPTIONS) as readonly ReleaseKey[];

/** The keys that hold maps of list keys. */
export const GROUP_DESCRIPTIONS = {
  brew: 'Homebrew; used on the running system',
  nix: 'Nix; used on the running system',
} as const;
export type GroupKey = keyof typeof GROUP_DESCRIPTIONS;
export const GROUP_KEYS = Object.keys(GROUP_DESCRIPTIONS) as readonly GroupKey[];

/** A key as it stands in the file: without its group. */
export function shownKey(key: ListKey): string {
  return key.slice(key.indexOf('.') + 1);
}
