/**
 * What an image cannot be without: neither it nor a directory that it is in may be removed. Programs that a build, a child's
 * build and each boot start; the records of packages and accounts; the layout that ostree and bootc ask for.
 */
const VITAL_PATHS = [
  ...['/dev', '/proc', '/sys', '/run', '/tmp', '/var', '/boot', '/sysroot', '/ostree'],
  ...['/bin', '/sbin', '/lib', '/lib64', '/usr/sbin'],
  ...['/usr/bin/bash', '/usr/bin/sh', '/usr/bin/env', '/usr/bin/rpm', '/usr/bin/systemctl', '/usr/sbin/init'],
  ...['/usr/lib/systemd/systemd', '/usr/lib/systemd/system', '/usr/lib/systemd/user', '/usr/lib64/libc.so.6'],
  ...['/usr/lib/modules', '/usr/lib/ostree', '/usr/lib/bootc', '/usr/lib/tmpfiles.d', '/usr/lib/sysusers.d'],
  ...['/usr/lib/sysimage/rpm', '/var/lib/rpm'],
  ...['/etc/passwd', '/etc/group', '/etc/shadow', '/etc/gshadow', '/usr/lib/passwd', '/usr/lib/group'],
  ...['/etc/systemd', '/etc/os-release', '/usr/lib/os-release', '/usr/immutablue'],
] as const;

/** Links that images of this kind have instead of these directories: https://systemd.io/THE_CASE_FOR_THE_USR_MERGE/ */
const MERGED = /^\/(?:bin|sbin|lib|lib64)(?=\/)/;

/** The vital path that would go with this one, if any: itself, or something below it. */
export function vitalPathWith(path: string): string | undefined {
  const place = path.replace(/\/+$/, '').replace(MERGED, (directory) => `/usr${directory}`);
  return VITAL_PATHS.find((vital) => vital === place || vital.startsWith(`${place}/`));
}
