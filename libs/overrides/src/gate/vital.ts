/**
 * What an image cannot be without: neither it nor a directory that it is in may be removed. Programs that a build, a child's
 * build and each boot start; the records of packages and accounts; the layout that ostree and bootc ask for.
 */
const VITAL_PATHS = [
  ...['/dev', '/proc', '/sys', '/run', '/tmp', '/var', '/boot', '/sysroot', '/ostree'],
  ...['/bin', '/sbin', '/lib', '/lib64', '/usr/sbin'],
  ...[
    '/usr/bin/bash',
    '/usr/bin/sh',
    '/usr/bin/env',
    '/usr/bin/rpm',
    '/usr/bin/dnf',
    '/usr/bin/systemctl',
    '/usr/bin/bootc',
    '/usr/bin/init',
  ],
  ...['/usr/lib/systemd/systemd', '/usr/lib/systemd/system', '/usr/lib/systemd/user', '/usr/lib64/libc.so.6'],
  ...['/usr/lib64/ld-linux-x86-64.so.2', '/usr/lib/ld-linux-aarch64.so.1'],
  ...['/usr/lib/modules', '/usr/lib/ostree', '/usr/lib/bootc', '/usr/lib/tmpfiles.d', '/usr/lib/sysusers.d'],
  ...['/usr/lib/sysimage/rpm', '/var/lib/rpm'],
  ...['/etc/passwd', '/etc/group', '/etc/shadow', '/etc/gshadow', '/usr/lib/passwd', '/usr/lib/group'],
  ...['/etc/systemd', '/etc/os-release', '/usr/lib/os-release', '/usr/immutablue'],
] as const;

/** Of these nothing may go: all that is in them belongs together. */
const VITAL_TREES = ['/usr/lib/sysimage/rpm', '/var/lib/rpm', '/usr/share/rpm'] as const;

/** Links that images of this kind have instead of these directories: https://systemd.io/THE_CASE_FOR_THE_USR_MERGE/ */
const MERGED = /^\/(?:bin|sbin|lib|lib64)(?=\/)/;

/** The vital path that would be damaged with this one, if any: itself, something below it, or a tree that it is in. */
export function vitalPathWith(path: string): string | undefined {
  const merged = path.replace(/\/+$/, '').replace(MERGED, (directory) => `/usr${directory}`);
  const place = merged.replace(/^\/usr\/sbin(?=\/)/, '/usr/bin');
  const tree = VITAL_TREES.find((vital) => place.startsWith(`${vital}/`));
  return tree ?? [...VITAL_PATHS, ...VITAL_TREES].find((vital) => vital === place || vital.startsWith(`${place}/`));
}
