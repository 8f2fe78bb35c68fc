/** What an override, a pinned file or a dep-builder would bring, and a part of what is said of it. */
export const REFUSED_PLACES: readonly (readonly [string, string])[] = [
  ['file /proc/x', '/proc is mounted over'],
  ['file /sys/x', '/sys is mounted over'],
  ['symlink /dev/stdin', '/dev is mounted over'],
  ['file /run/x', '/run is emptied'],
  ['directory /run/x', '/run is emptied'],
  ['file /tmp/x', '/tmp is emptied'],
  ['symlink /tmp', '`/tmp` is emptied'],
  ['file /var/lib/x', '/var is unpacked at the first installation only'],
  ['directory /var/lib/x', '/var is unpacked at the first installation only'],
  ['symlink /var/run', '/var is unpacked'],
  ['symlink /var', '`/var` is unpacked'],
  ['file /boot/vmlinuz', '/boot belongs to the boot loader'],
  ['file /boot/grub2/grub.cfg', '/boot belongs to the boot loader'],
  ['file /usr/etc/x', '/usr/etc must not be in an image that has /etc'],
  ['directory /usr/etc', '`/usr/etc` must not be in an image'],
  ['file /usr/local/bin/x', '/usr/local is a link into /var'],
  ['file /opt/x', '/opt is a link into /var'],
  ['file /opt', '`/opt` is a link into /var'],
  ['file /home/x', '/home is a link into /var'],
  ['file /root/.bashrc', '/root is a link into /var'],
  ['file /srv/x', '/srv is a link into /var'],
  ['file /mnt/x', '/mnt is a link into /var'],
  ['file /media/x', '/media is a link into /var'],
  ['file /ostree/x', '/ostree belongs to ostree'],
  ['file /sysroot/x', '/sysroot belongs to ostree'],
  ['file /etc/machine-id', '`/etc/machine-id` is made on each machine'],
  ['file /etc/hostname', '`/etc/hostname` is written by the build container'],
  ['symlink /etc/resolv.conf', '`/etc/resolv.conf` is written by the build container'],
  ['file /etc/passwd', '`/etc/passwd` belongs to the machine'],
  ['file /etc/group', '`/etc/group` belongs to the machine'],
  ['file /etc/shadow', '`/etc/shadow` belongs to the machine'],
  ['file /etc/gshadow', '`/etc/gshadow` belongs to the machine'],
  ['file /usr/lib/passwd', '`/usr/lib/passwd` has the users and groups of all packages'],
  ['file /usr/lib/os-release', '`/usr/lib/os-release` is written by the build'],
  ['symlink /etc/os-release', '`/etc/os-release` is written by the build'],
  ['file /usr/immutablue/build_options', '`/usr/immutablue/build_options` is written by the build'],
  ['file /usr/immutablue/packages/cyan.yaml', '/usr/immutablue/packages is written by the build'],
  ['file /usr/immutablue/quadlets.d/cyan.list', '/usr/immutablue/quadlets.d is written by the build'],
  ['file /usr/lib/.wh.x/y', 'are whiteouts in an OCI layer'],
  ['file /usr/lib/.wh.x', 'are whiteouts in an OCI layer'],
  ['directory /usr/lib/.wh..wh..opq', 'are whiteouts in an OCI layer'],
];

/** What a layer would hold, and why it may not. */
export const REFUSED_IN_LAYER: readonly (readonly [string, string])[] = [
  ['file /usr/bin/.wh.bash', 'would remove a file in the layers below'],
  ['directory /usr/.wh.x', 'would remove a file in the layers below'],
  ['file /proc/x', '/proc is mounted over'],
  ['symlink /dev/stdin', '/dev is mounted over'],
  ['file /dev', 'is mounted over'],
  ['other /usr/lib/socket', 'is a device, a FIFO or a socket'],
  ['file /usr/lib/caf\u{FFFD}', 'has a name that is not UTF-8'],
  ['directory /usr/caf\u{FFFD}/x', 'has a name that is not UTF-8'],
];

/** What `file_rm` would remove, and the vital path that would go. */
export const VITAL_REMOVALS: readonly (readonly [string, string])[] = [
  ['/', '/dev'],
  ['/etc', '/etc/passwd'],
  ['/etc/', '/etc/passwd'],
  ['/bin', '/bin'],
  ['/bin/bash', '/usr/bin/bash'],
  ['/usr/bin/bash', '/usr/bin/bash'],
  ['/usr/bin', '/usr/bin/bash'],
  ['/usr', '/usr/sbin'],
  ['/usr/lib/sysimage', '/usr/lib/sysimage/rpm'],
  ['/usr/lib/modules', '/usr/lib/modules'],
  ['/lib/modules', '/usr/lib/modules'],
  ['/usr/lib/sysimage/rpm/rpmdb.sqlite', '/usr/lib/sysimage/rpm'],
  ['/usr/share/rpm', '/usr/share/rpm'],
  ['/usr/sbin/init', '/usr/bin/init'],
  ['/sbin/init', '/usr/bin/init'],
];

/** Paths that lead out of a root file system, or nowhere. */
export const REFUSED_PATHS: readonly (readonly [string, string])[] = [
  ['', '`` is not an absolute path'],
  ['etc/passwd', '`etc/passwd` is not an absolute path'],
  ['./etc', '`./etc` is not an absolute path'],
  ['/..', '`/..` leaves the root filesystem'],
  ['/../etc/passwd', '`/../etc/passwd` leaves the root filesystem'],
  ['/usr/../../etc', '`/usr/../../etc` leaves the root filesystem'],
  ['/a/../../a/b/c', '`/a/../../a/b/c` leaves the root filesystem'],
  ['/etc/passwd\0.txt', '`/etc/passwd\\x00.txt` holds a NUL character'],
];

/** What a name in a tree of overrides may not be: bytes, and the code of the diagnostic. */
export const REFUSED_NAMES: readonly (readonly [readonly number[], string])[] = [
  [[0x64, 0xff], 'override/not-utf8'],
  [[0xc3, 0x28], 'override/not-utf8'],
  [[0xed, 0xa0, 0x80], 'override/not-utf8'],
  [[0xc0, 0xaf], 'override/not-utf8'],
  [[0x1b, 0x5b, 0x32, 0x4a], 'override/control-character'],
  [[0x61, 0x0a, 0x62], 'override/control-character'],
  [[0x61, 0x0d], 'override/control-character'],
  [[0x07], 'override/control-character'],
  [[0x7f], 'override/control-character'],
  [[0xc2, 0x9b, 0x32, 0x4a], 'override/control-character'],
];

/** All of them, by what they are. */
export const HOSTILE_INPUTS: Readonly<Record<string, readonly unknown[]>> = {
  'places that nothing of the family may fill': REFUSED_PLACES,
  'entries of a layer that nothing may leave': REFUSED_IN_LAYER,
  'removals of what no image can be without': VITAL_REMOVALS,
  'paths out of a root file system': REFUSED_PATHS,
  'names of overrides': REFUSED_NAMES,
};
