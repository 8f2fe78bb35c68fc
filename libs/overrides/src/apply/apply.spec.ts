import { type OverridePermission } from '../entry';
import { renderedError } from '../testing/entries';
import { given } from '../testing/given';
import { pictureOf } from '../testing/picture';
import { directory, file, link, type Plants } from '../testing/plant';
import { describeAsRoot, useTemporaryDirectory } from '../testing/temporary';
import { type AppliedOverride } from './apply';

const temporary = useTemporaryDirectory();

function words(applied: readonly AppliedOverride[]): readonly string[] {
  return applied.map(({ entry, path, outcome }) =>
    entry.path === path ? `${outcome} ${path}` : `${outcome} ${path} for ${entry.path}`,
  );
}

describeAsRoot('applyOverrides', () => {
  it('puts every entry in its place, with its mode, and root as its owner', async () => {
    const { root, apply, verify } = await given(
      temporary(),
      {
        'usr/bin/old': file('old', 0o755),
        bin: link('usr/bin'),
        'etc/motd': file('theirs', 0o600, 5),
        'etc/same': file('s'),
      },
      {
        'etc/motd': file('ours\n'),
        'etc/same': file('s'),
        'usr/bin/tool': file('#!/bin/sh\n', 0o755, 1000),
        'usr/bin/suid': file('x', 0o4755),
        'usr/lib/private': directory(0o700),
        'usr/lib/link': link('../../../../etc/passwd'),
        'bin/other': file('x', 0o640),
      },
    );
    expect(words(await apply())).toEqual([
      'unchanged /etc',
      'replaced /etc/motd',
      'unchanged /etc/same',
      'unchanged /usr',
      'unchanged /usr/bin for /bin',
      'unchanged /usr/bin',
      'created /usr/bin/other for /bin/other',
      'created /usr/bin/suid',
      'created /usr/bin/tool',
      'created /usr/lib',
      'created /usr/lib/link',
      'created /usr/lib/private',
    ]);
    expect(pictureOf(root.mountPoint)).toEqual([
      '0777 0:0 bin -> usr/bin',
      '0755 0:0 etc/',
      '0644 0:0 etc/motd: "ours\\n"',
      '0644 0:0 etc/same: "s"',
      '0755 0:0 usr/',
      '0755 0:0 usr/bin/',
      '0755 0:0 usr/bin/old: "old"',
      '0640 0:0 usr/bin/other: "x"',
      '4755 0:0 usr/bin/suid: "x"',
      '0755 0:0 usr/bin/tool: "#!/bin/sh\\n"',
      '0755 0:0 usr/lib/',
      '0777 0:0 usr/lib/link -> ../../../../etc/passwd',
      '0700 0:0 usr/lib/private/',
    ]);
    expect(await verify()).toEqual([]);
  });

  it('changes nothing when it is done again', async () => {
    const { root, apply } = await given(
      temporary(),
      {},
      { 'etc/motd': file('x'), 'usr/l': link('x'), 'usr/d': directory(0o700) },
    );
    await apply();
    const before = pictureOf(root.mountPoint);
    expect((await apply()).every(({ outcome }) => outcome === 'unchanged')).toBe(true);
    expect(pictureOf(root.mountPoint)).toEqual(before);
  });

  it.each<[string, Plants, Plants, OverridePermission[], string]>([
    ['one that only leads to overrides stays', { etc: directory(0o750) }, { 'etc/x': file() }, [], '0750 0:0 etc/'],
    ['an empty one rules', { etc: directory(0o750) }, { etc: directory(0o711) }, [], '0711 0:0 etc/'],
    [
      'a stated one rules',
      { etc: directory(0o750) },
      { 'etc/x': file() },
      [{ path: '/etc', mode: 0o700, owner: '7' }],
      '0700 7:0 etc/',
    ],
    ['a new one has the mode of the tree', {}, { 'etc/x': file(), etc: directory(0o710) }, [], '0710 0:0 etc/'],
  ])('sets modes of directories: %s', async (_, rootPlants, treePlants, permissions, line) => {
    const { root, apply, verify } = await given(temporary(), rootPlants, treePlants, permissions);
    await apply();
    expect(pictureOf(root.mountPoint)).toContain(line);
    expect(await verify()).toEqual([]);
  });

  it('gives files to the users and groups of the image, by name and by number', async () => {
    const { root, apply } = await given(
      temporary(),
      {
        'usr/lib/passwd': file('tss:x:59:59::/:\nchrony:x:1:1::/:\n'),
        'etc/passwd': file('root:x:1000:0::/:\nchrony:x:995:992::/:\nbroken\nbad:x:-1:0::/:\n'),
        'usr/lib/group': file('tss:x:59:\n'),
      },
      { a: file(), b: file(), c: link('x'), d: file() },
      [
        { path: '/a', owner: 'chrony', group: 'tss', mode: 0o2640 },
        { path: '/b', owner: '4294967294', group: '12' },
        { path: '/c', owner: 'tss' },
        { path: '/d', owner: 'root', group: 'root' },
      ],
    );
    await apply();
    expect(pictureOf(root.mountPoint).slice(0, 4)).toEqual([
      '2640 995:59 a: ""',
      '0644 4294967294:12 b: ""',
      '0777 59:0 c -> x',
      '0644 0:0 d: ""',
    ]);
  });

  it('says which users and groups the image does not have', async () => {
    const { root, apply } = await given(
      temporary(),
      { 'etc/passwd': file('chrony:x:995:992::/:\n') },
      { a: file(), b: file() },
      [
        { path: '/a', owner: 'chroni' },
        { path: '/b', owner: 'bad', group: '4294967295' },
      ],
    );
    const before = pictureOf(root.mountPoint);
    expect(await renderedError(apply, temporary())).toMatchInlineSnapshot(`
     "error[override/unknown-account]: \`chroni\`, the user of \`/a\`, is not a user of the image
       --> overrides/a:1:1
       hint: did you mean \`chrony\`?

     error[override/unknown-account]: \`bad\`, the user of \`/b\`, is not a user of the image
       --> overrides/b:1:1
       hint: a user that sysusers.d makes at boot has no number yet: state a number, or set it at boot with a \`z\` line in tmpfiles.d

     error[override/unknown-account]: \`4294967295\`, the group of \`/b\`, is not a group of the image
       --> overrides/b:1:1
       hint: a group that sysusers.d makes at boot has no number yet: state a number, or set it at boot with a \`z\` line in tmpfiles.d"
    `);
    expect(pictureOf(root.mountPoint)).toEqual(before);
  });

  it('takes 5000 files', async () => {
    const names = Array.from({ length: 5000 }, (_, index) => `usr/share/tree/${index % 50}/file-${index}`);
    const { apply, verify } = await given(temporary(), {}, Object.fromEntries(names.map((name) => [name, file(name)])));
    const applied = await apply();
    expect(applied.filter(({ entry }) => entry.type === 'file')).toHaveLength(5000);
    expect(await verify()).toEqual([]);
  }, 60_000);
});
