import { type ManifestEntry } from '../entry';
import { type RootPath } from '../path';
import { CLEAR_DIAGNOSTIC } from '@immutablue/diagnostics/testing';
import { rendered } from '../testing/entries';
import { REFUSED_PLACES } from '../testing/hostile';
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
  it.each(REFUSED_PLACES)('%s', (words, message) => {
    const text = check(words);
    expect(text).toMatch(CLEAR_DIAGNOSTIC);
    expect(text).toContain('error[override/forbidden-path]: ');
    expect(text).toContain('hint: ');
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
