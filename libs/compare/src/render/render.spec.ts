import { compareContents } from '../difference';
import { contentsOf, type TestImage } from '../testing/contents';
import { codeSpan } from './markdown';
import { releaseNote } from './release-note';
import { renderDifference } from './text';

const difference = (before: TestImage, after: TestImage) =>
  compareContents(contentsOf({ name: 'quay.io/immutablue/immutablue-cyan:44', ...before }), contentsOf(after));

const ETC = '/etc/systemd/system';
const USR = '/usr/lib/systemd/system';

const CHANGED = difference(
  {
    packages: ['kernel 6.18.1-200.fc44', 'firefox 2:145.0-1', 'mesa 25.3', 'tmux 3.5-1.fc44', 'same 1'],
    entries: [`${USR}/sshd.service=x`, `${USR}/cups.service=x`, '/etc/motd=a', '/usr/bin/gone=x'],
    kernelArguments: ['kargs = ["quiet"]'],
    layers: { base: [5_400_000_000, 2_100_000_000], own: [150_000_000, 61_000_000] },
  },
  {
    packages: ['kernel 6.18.4-200.fc44', 'firefox 2:145.0-2', 'mesa 25.2', 'ripgrep 14.1-3.fc44', 'same 1'],
    entries: [
      `${USR}/sshd.service=x`,
      `${ETC}/multi-user.target.wants/sshd.service -> ${USR}/sshd.service`,
      `${USR}/cups.service=x`,
      `${ETC}/cups.service -> /dev/null`,
      '/usr/lib/systemd/user/backup.timer=x',
      '/etc/motd=b',
      `/usr/share/a-folder-with-a-long-name/${'x'.repeat(60)}=1`,
      ...Array.from({ length: 17 }, (_, index) => `/usr/share/many/${String(index).padStart(2, '0')}=1`),
    ],
    kernelArguments: ['kargs = ["quiet", "nvidia-drm.modeset=1"]'],
    layers: { base: [5_400_000_000, 2_100_000_000], other: [170_000_000, 66_300_000] },
  },
);

const SAME = difference({ layers: { base: [100, 40] } }, { layers: { base: [100, 40] } });

describe('renderDifference', () => {
  it('is aligned, in lines of 80 columns', () => {
    expect(renderDifference(CHANGED)).toMatchInlineSnapshot(`
     "before  quay.io/immutablue/immutablue-cyan:44
     after   localhost/immutablue/cyan:44

     packages: 2 upgraded, 1 downgraded, 1 added, 1 removed
       upgraded    firefox  145.0-1 → 145.0-2
       upgraded    kernel   6.18.1 → 6.18.4
       downgraded  mesa     25.3 → 25.2
       added       ripgrep  14.1-3.fc44
       removed     tmux     3.5-1.fc44

     files: 19 added, 1 changed, 1 removed
       added    /usr/lib/systemd/user/backup.timer
       added    /usr/share/a-folder-with-a-long-name/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…
       added    /usr/share/many/00
       added    /usr/share/many/01
       added    /usr/share/many/02
       added    /usr/share/many/03
       added    /usr/share/many/04
       added    /usr/share/many/05
       added    /usr/share/many/06
       added    /usr/share/many/07
       added    /usr/share/many/08
       added    /usr/share/many/09
       added    /usr/share/many/10
       added    /usr/share/many/11
       added    /usr/share/many/12
       changed  /etc/motd
       removed  /usr/bin/gone
       … and 4 more; --json has all

     units: 1 added, 1 enabled, 1 masked
       added    backup.timer  of users
       masked   cups.service
       enabled  sshd.service

     kernel arguments: 1 added
       added  nvidia-drm.modeset=1

     size      5.5 GB → 5.6 GB (+20 MB), compressed 2.2 GB → 2.2 GB (+5.3 MB)
     download  66 MB in 1 of 2 layers"
    `);
    for (const line of renderDifference(CHANGED).split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('is quiet where nothing has changed', () => {
    expect(renderDifference(SAME)).toMatchInlineSnapshot(`
     "before  quay.io/immutablue/immutablue-cyan:44
     after   localhost/immutablue/cyan:44

     nothing has changed"
    `);
  });

  it('says that sizes are uncompressed while the image is not published', () => {
    const text = renderDifference(difference({ layers: { base: [100, 40] } }, { layers: { own: 70 } }));
    expect(text).toContain('download  70 B in 1 of 1 layers, before compression');
  });
});

describe('releaseNote', () => {
  it('is Markdown', () => {
    expect(releaseNote(CHANGED)).toMatchInlineSnapshot(`
     "## Changes in \`localhost/immutablue/cyan:44\`

     Since \`quay.io/immutablue/immutablue-cyan:44\`.

     ### Packages

     2 upgraded, 1 downgraded, 1 added, 1 removed.

     |  | package | version |
     | --- | --- | --- |
     | upgraded | \`firefox\` | \`145.0-1 → 145.0-2\` |
     | upgraded | \`kernel\` | \`6.18.1 → 6.18.4\` |
     | downgraded | \`mesa\` | \`25.3 → 25.2\` |
     | added | \`ripgrep\` | \`14.1-3.fc44\` |
     | removed | \`tmux\` | \`3.5-1.fc44\` |

     ### Files

     19 added, 1 changed, 1 removed.

     |  | file |
     | --- | --- |
     | added | \`/usr/lib/systemd/user/backup.timer\` |
     | added | \`/usr/share/a-folder-with-a-long-name/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\` |
     | added | \`/usr/share/many/00\` |
     | added | \`/usr/share/many/01\` |
     | added | \`/usr/share/many/02\` |
     | added | \`/usr/share/many/03\` |
     | added | \`/usr/share/many/04\` |
     | added | \`/usr/share/many/05\` |
     | added | \`/usr/share/many/06\` |
     | added | \`/usr/share/many/07\` |
     | added | \`/usr/share/many/08\` |
     | added | \`/usr/share/many/09\` |
     | added | \`/usr/share/many/10\` |
     | added | \`/usr/share/many/11\` |
     | added | \`/usr/share/many/12\` |
     | changed | \`/etc/motd\` |
     | removed | \`/usr/bin/gone\` |

     … and 4 more.

     ### Units

     1 added, 1 enabled, 1 masked.

     |  | unit |  |
     | --- | --- | --- |
     | added | \`backup.timer\` | of users |
     | masked | \`cups.service\` |  |
     | enabled | \`sshd.service\` |  |

     ### Kernel arguments

     1 added.

     |  | argument |
     | --- | --- |
     | added | \`nvidia-drm.modeset=1\` |

     ### Size

     - Image: 5.5 GB → 5.6 GB (+20 MB), compressed 2.2 GB → 2.2 GB (+5.3 MB)
     - Download from there: 66 MB in 1 of 2 layers
     "
    `);
  });

  it('says when nothing has changed', () => {
    expect(releaseNote(SAME)).toMatchInlineSnapshot(`
     "## Changes in \`localhost/immutablue/cyan:44\`

     Since \`quay.io/immutablue/immutablue-cyan:44\`.

     Nothing has changed.
     "
    `);
  });
});

it('has nothing in Markdown that names mean there', () => {
  const names = ['@someone', '[a](https://x.example)', '<img src=x>', '**b**', '`|`', '#1', 'a|b'];
  const note = releaseNote(difference({}, { entries: names.map((name) => `/etc/${name}=1`) }));
  expect(note.split('\n').filter((line) => line.startsWith('| added'))).toMatchInlineSnapshot(`
   [
     "| added | \`/etc/#1\` |",
     "| added | \`/etc/**b**\` |",
     "| added | \`/etc/<img src\` |",
     "| added | \`/etc/@someone\` |",
     "| added | \`/etc/[a](https://x.example)\` |",
     "| added | \`\` /etc/\`\\|\` \`\` |",
     "| added | \`/etc/a\\|b\` |",
   ]
  `);
});

describe('names of others in Markdown', () => {
  it.each([
    ['plain', '`plain`'],
    ['a`b', '``a`b``'],
    ['``', '``` `` ```'],
    [' a ', '`  a  `'],
    ['', '` `'],
    ['a\nb', '`a\\x0ab`'],
  ])('%j is the code span %s', (text, expected) => {
    expect(codeSpan(text)).toBe(expected);
  });
});
