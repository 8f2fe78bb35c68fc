/** Where packages come from, and which keys they are checked with. */
export const REPOSITORY_READS: readonly string[] = [
  '/etc/yum.repos.d',
  '/etc/distro.repos.d',
  '/usr/share/dnf5/repos.d',
  '/etc/pki',
  '/usr/share/distribution-gpg-keys',
  '/usr/share/pki',
];

/**
 * What the package stages (20 to 40) read of the root filesystem below them, besides the programs that they run. It decides
 * two things: an override at one of these places is copied before packages are installed, any other afterwards; and when one
 * of them changes in a parent, what its descendants' package stages have left is not used again.
 *
 * Each is a path, and stands for all that is below it.
 */
export const PACKAGE_READS: readonly string[] = [
  // The package database: what is installed decides what a transaction does.
  '/usr/lib/sysimage/rpm',
  '/usr/share/rpm',
  '/var/lib/rpm',
  '/usr/lib/sysimage/libdnf5',
  '/usr/lib/sysimage/dnf',
  ...REPOSITORY_READS,
  // How the package manager works, and which versions it prefers.
  '/etc/dnf',
  '/etc/yum',
  '/etc/yum.conf',
  '/usr/share/dnf5',
  '/etc/rpm',
  '/usr/lib/rpm',
  // Dependency solvers and repository definitions ask which release this is.
  '/usr/lib/os-release',
  '/etc/os-release',
  '/etc/system-release',
  // Which units a package's scriptlets enable.
  '/usr/lib/systemd/system-preset',
  '/usr/lib/systemd/user-preset',
  '/etc/systemd/system-preset',
  '/etc/systemd/user-preset',
  // Which users and groups exist, and which ones packages make.
  '/etc/passwd',
  '/etc/group',
  '/etc/shadow',
  '/etc/gshadow',
  '/etc/login.defs',
  '/etc/nsswitch.conf',
  '/usr/lib/passwd',
  '/usr/lib/group',
  '/usr/lib/sysusers.d',
  '/etc/sysusers.d',
  // Directories that scriptlets make.
  '/usr/lib/tmpfiles.d',
  '/etc/tmpfiles.d',
  // What makes an initramfs and puts a kernel into its place.
  '/etc/dracut.conf',
  '/etc/dracut.conf.d',
  '/usr/lib/dracut',
  '/usr/lib/kernel',
  '/etc/kernel',
  '/usr/lib/modules',
  '/usr/lib/depmod.d',
  '/etc/depmod.d',
  // Which libraries are found where.
  '/etc/ld.so.conf',
  '/etc/ld.so.conf.d',
  // What file triggers make their caches from.
  '/etc/selinux',
  '/usr/share/selinux',
  '/usr/share/glib-2.0/schemas',
  '/usr/share/mime',
  '/usr/share/applications',
  '/usr/share/icons',
  '/usr/share/fonts',
  '/etc/fonts',
  '/usr/share/info',
  '/usr/lib/udev/hwdb.d',
  '/etc/udev/hwdb.d',
  '/usr/lib/systemd/catalog',
  '/usr/lib/sysctl.d',
  '/usr/lib/binfmt.d',
  '/etc/alternatives',
  // What all of the above is run with.
  '/usr/bin/bash',
  '/usr/bin/sh',
  '/usr/bin/dnf',
  '/usr/bin/rpm',
  '/usr/bin/systemctl',
];

/** What `systemctl enable`, `mask` and the like read: unit files and their links, and presets. */
export const SERVICE_READS: readonly string[] = [
  '/usr/lib/systemd/system',
  '/usr/lib/systemd/user',
  '/usr/lib/systemd/system-preset',
  '/usr/lib/systemd/user-preset',
  '/etc/systemd',
  '/usr/local/lib/systemd',
  '/run/systemd',
];
