import { type ManifestEntry } from '../entry';
import { type RootPath } from '../path';
import { rendered } from '../testing/entries';
import { checkManifest } from './check';

const tree = { variant: 'cyan', directory: '/w/overrides' };

/** An entry from `type path`; an empty directory unless it ends with a slash. */
function entry(words: string): ManifestEntry {
  const [type, text] = words.split(' ') as [ManifestEntry['type'], string];
  const path = (text.endsWith('/') ? text.slice(0, -1) : text) as RootPath;
  const base = { path, source: `/w/overrides${path}`, tree, mode: 0o644, size: 0 };
  switch (type) {
    case 'file':
      return { ...base, type, sha256: '00' as (ManifestEntry & { type: 'file' })['sha256'] };
    case 'symlink':
      return { ...base, type, target: 'x' };
    case 'directory':
      return { ...base, type, isEmpty: !text.endsWith('/') };
  }
}

function check(...words: readonly string[]): string {
  return rendered(checkManifest(words.map(entry)), '/w');
}

describe('checkManifest accepts', () => {
  it.each([
    'file /usr/bin/tool',
    'file /etc/motd',
    'symlink /etc/localtime',
    'directory /usr/lib/empty',
    'file /variable',
    'file /usr/locale',
    'file /etc/passwd.d/x',
    'file /usr/share/proc/x',
    'directory /var/',
    'directory /var/lib/',
    'directory /var',
    'directory /run',
    'directory /boot',
    'directory /opt',
    'symlink /opt',
    'symlink /usr/local',
    'directory /boot/efi',
    'file /boot/efi/EFI/x',
    'file /boot/EFI/x',
    'file /usr/bin/.whale',
    'file /usr/immutablue/settings.yaml',
  ])('%s', (words) => {
    expect(check(words)).toBe('');
  });
});

describe('checkManifest refuses', () => {
  it.each([
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
  ])('%s', (words, message) => {
    const text = check(words);
    expect(text).toContain('error[override/forbidden-path]: ');
    expect(text).toContain(message);
    expect(text.match(/^error/gm)).toHaveLength(1);
  });

  it('everything at once, with what to do instead', () => {
    expect(
      check(
        'directory /etc/',
        'file /etc/passwd',
        'file /etc/resolv.conf',
        'file /opt/tool/bin/x',
        'directory /run/x',
        'file /usr/lib/.wh.firefox',
        'file /var/lib/state',
      ),
    ).toMatchInlineSnapshot(`
     "error[override/forbidden-path]: \`/etc/passwd\` belongs to the machine: a file of the image would hide its users and groups
       --> overrides/etc/passwd:1:1
       hint: state the user or group in /usr/lib/sysusers.d/<name>.conf (sysusers.d(5))

     error[override/forbidden-path]: \`/etc/resolv.conf\` is written by the build container and by each machine
       --> overrides/etc/resolv.conf:1:1
       hint: have the link made at boot: \`L /etc/resolv.conf - - - - <target>\` in /usr/lib/tmpfiles.d/<name>.conf

     error[override/forbidden-path]: \`/opt/tool/bin/x\` cannot be in the image: /opt is a link into /var or /run on these systems, so that no update reaches it
       --> overrides/opt/tool/bin/x:1:1
       hint: put it below /usr/lib, and a link in /usr/bin where one is needed

     error[override/forbidden-path]: \`/run/x\` cannot be in the image: /run is emptied in the image and at each boot
       --> overrides/run/x:1:1
       hint: have it made at boot: a line in /usr/lib/tmpfiles.d/<name>.conf (tmpfiles.d(5))

     error[override/forbidden-path]: \`/usr/lib/.wh.firefox\` would remove a file in the layers below: names with \`.wh.\` are whiteouts in an OCI layer
       --> overrides/usr/lib/.wh.firefox:1:1
       hint: rename it; to remove files, list them under \`file_rm\` in packages.yaml

     error[override/forbidden-path]: \`/var/lib/state\` cannot be in the image: /var is unpacked at the first installation only, so that no update reaches it
       --> overrides/var/lib/state:1:1
       hint: put it below /usr and have it made at boot: a line in /usr/lib/tmpfiles.d/<name>.conf (tmpfiles.d(5))"
    `);
  });
});
