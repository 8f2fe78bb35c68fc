import { execFileSync } from 'node:child_process';
import { linkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type EffectiveEntry, type OverridePermission } from '../entry';
import { applyPermissions } from '../effective/permissions';
import { openRoot } from '../root/open-root';
import { effectiveTree, renderedError } from '../testing/entries';
import { pictureOf } from '../testing/picture';
import { directory, file, link, plant, type Plant } from '../testing/plant';
import { describeAsRoot, useTemporaryDirectory } from '../testing/temporary';
import { applyOverrides } from './apply';
import { verifyOverrides } from './verify';

type Plants = Readonly<Record<string, Plant>>;

const temporary = useTemporaryDirectory();

/** Makes a root filesystem and a tree beside it. */
async function given(rootPlants: Plants, treePlants: Plants, permissions: readonly OverridePermission[] = []) {
  plant(join(temporary(), 'outside'), { secret: file('secret', 0o600), 'd/x': file('x') });
  const mountPoint = plant(join(temporary(), 'root'), rootPlants);
  const scanned = await effectiveTree(join(temporary(), 'overrides'), treePlants);
  const { entries, diagnostics } = applyPermissions(scanned, permissions);
  expect(diagnostics).toEqual([]);
  const root = await openRoot(mountPoint, { epochSeconds: 0 });
  return { root, entries, apply: () => applyOverrides(root, entries), verify: () => verifyOverrides(root, entries) };
}

function words(
  applied: readonly { readonly entry: EffectiveEntry; readonly path: string; readonly outcome: string }[],
) {
  return applied.map(({ entry, path, outcome }) =>
    entry.path === path ? `${outcome} ${path}` : `${outcome} ${path} for ${entry.path}`,
  );
}

describeAsRoot('applyOverrides', () => {
  it('puts every entry in its place, with its mode, and root as its owner', async () => {
    const { root, apply, verify } = await given(
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
    const { root, apply } = await given({}, { 'etc/motd': file('x'), 'usr/l': link('x'), 'usr/d': directory(0o700) });
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
    const { root, apply, verify } = await given(rootPlants, treePlants, permissions);
    await apply();
    expect(pictureOf(root.mountPoint)).toContain(line);
    expect(await verify()).toEqual([]);
  });

  it('gives files to the users and groups of the image, by name and by number', async () => {
    const { root, apply } = await given(
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
    const { root, apply } = await given({ 'etc/passwd': file('chrony:x:995:992::/:\n') }, { a: file(), b: file() }, [
      { path: '/a', owner: 'chroni' },
      { path: '/b', owner: 'bad', group: '4294967295' },
    ]);
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
    const { apply, verify } = await given({}, Object.fromEntries(names.map((name) => [name, file(name)])));
    const applied = await apply();
    expect(applied.filter(({ entry }) => entry.type === 'file')).toHaveLength(5000);
    expect(await verify()).toEqual([]);
  }, 60_000);
});

describeAsRoot('applyOverrides into a hostile root filesystem', () => {
  it.each<[string, Plants, Plants]>([
    ['a link to a file of the machine', { 'etc/motd': link('<outside>/secret') }, { 'etc/motd': file('new') }],
    ['a link that climbs out', { 'etc/motd': link('../../outside/secret') }, { 'etc/motd': file('new') }],
    ['a loop', { 'etc/motd': link('motd') }, { 'etc/motd': file('new') }],
    ['a link to a directory of the machine', { etc: link('<outside>/d') }, { 'etc/motd': file('new') }],
    ['a parent that climbs out', { etc: link('../../outside/d') }, { 'etc/motd': file('new') }],
    ['an override that is a link out', {}, { 'etc/motd': link('/etc/passwd'), 'etc/x': link('../../../etc') }],
    ['a directory with such a name', { 'etc/x': link('<outside>/nothing') }, { 'etc/x': directory(0o777) }],
  ])('%s: nothing outside changes', async (_, rootPlants, treePlants) => {
    const outside = join(temporary(), 'outside');
    const placed = Object.entries(rootPlants).map(([path, what]) => [
      path,
      what.type === 'symlink' ? link(what.target.replace('<outside>', outside)) : what,
    ]);
    const { apply, verify } = await given(Object.fromEntries(placed) as Plants, treePlants);
    const before = pictureOf(outside);
    await apply();
    expect(pictureOf(outside)).toEqual(before);
    expect(await verify()).toEqual([]);
  });

  it('replaces a hard link to a file of the machine instead of writing through it', async () => {
    const { root, apply } = await given({ 'etc/x': file() }, { 'etc/motd': file('new') });
    linkSync(join(temporary(), 'outside/secret'), join(root.mountPoint, 'etc/motd'));
    const before = pictureOf(join(temporary(), 'outside'));
    await apply();
    expect(pictureOf(join(temporary(), 'outside'))).toEqual(before);
    expect((await root.readFile('/etc/motd')).toString()).toBe('new');
  });

  it.each<[string, Plants, Plants]>([
    ['a link into /var', { opt: link('var/opt'), 'usr/tools': link('../opt') }, { 'usr/tools/x': file() }],
    ['a link to /proc', { 'usr/share/status': link('/proc') }, { 'usr/share/status/x': file() }],
    ['a link to a link', { a: link('b'), b: link('/run/b') }, { 'a/x': link('y'), 'a/d': directory() }],
    ['a link to /etc', { 'usr/conf': link('/etc') }, { 'usr/conf/passwd': file() }],
    ['a file in its way', { etc: file() }, { 'etc/motd': file(), 'etc/sub/x': file() }],
    ['a link to a file in its way', { etc: link('x'), x: file() }, { 'etc/motd': file() }],
    ['a directory in its way', { 'etc/motd/x': file() }, { 'etc/motd': file() }],
    ['a directory in the way of a link', { 'etc/motd/x': file() }, { 'etc/motd': link('x') }],
    ['a link to a directory in its way', { 'usr/bin': directory(), bin: link('usr/bin') }, { bin: file() }],
    ['a loop in its way', { etc: link('etc') }, { 'etc/a': file(), 'etc/b': file() }],
    [
      'two names for one place',
      { 'usr/bin': directory(), bin: link('usr/bin') },
      { 'bin/tool': file('a'), 'usr/bin/tool': file('b') },
    ],
    [
      'a link where another override has a directory',
      { 'usr/lib': directory(), lib: link('usr/lib') },
      { 'lib/x/y': file(), 'usr/lib/x': link('/proc') },
    ],
  ])('%s is an error before anything is written', async (_, rootPlants, treePlants) => {
    const { apply } = await given(rootPlants, { ...treePlants, 'aaa/first': file() });
    const before = pictureOf(temporary());
    expect(await renderedError(apply, temporary())).toMatchSnapshot();
    expect(pictureOf(temporary())).toEqual(before);
  });

  it('stops when a file is no longer the one that was scanned', async () => {
    const { apply } = await given({}, { 'etc/motd': file('x') });
    writeFileSync(join(temporary(), 'overrides/etc/motd'), 'something else');
    await expect(apply()).rejects.toThrow('changed while the image was being built');
  });
});

describeAsRoot('verifyOverrides', () => {
  it.each<[string, (root: string) => void, string[], string]>([
    [
      'other content',
      (root) => {
        writeFileSync(`${root}/etc/motd`, 'xxxx');
      },
      ['content'],
      '/etc/motd: other content',
    ],
    [
      'content of the same size',
      (root) => {
        writeFileSync(`${root}/etc/motd`, 'ourz');
      },
      ['content'],
      '/etc/motd: other content',
    ],
    [
      'another mode and owner',
      (root) => {
        run('chmod', '600', `${root}/etc/motd`);
        run('chown', '5:6', `${root}/etc/motd`);
      },
      ['mode', 'owner'],
      '/etc/motd: mode 0600 instead of 0644, owner 5:6 instead of 0:0',
    ],
    [
      'a missing file',
      (root) => {
        run('rm', `${root}/etc/motd`);
      },
      ['missing'],
      '/etc/motd: missing',
    ],
    [
      'a link in place of a file',
      (root) => {
        run('ln', '-sf', '/etc/issue', `${root}/etc/motd`);
      },
      ['type'],
      '/etc/motd: a symlink instead of a file',
    ],
    [
      'a FIFO in place of a file',
      (root) => {
        run('rm', `${root}/etc/motd`);
        run('mkfifo', `${root}/etc/motd`);
      },
      ['type'],
      '/etc/motd: a device, FIFO or socket instead of a file',
    ],
    [
      'another target',
      (root) => {
        run('ln', '-sfn', 'elsewhere', `${root}/etc/link`);
      },
      ['target'],
      '/etc/link: points to another target',
    ],
    [
      'the mode of an empty directory',
      (root) => {
        run('chmod', '755', `${root}/usr/private`);
      },
      ['mode'],
      '/usr/private: mode 0755 instead of 0700',
    ],
  ])('finds %s, and applying puts it back', async (_, change, kinds, text) => {
    const { root, entries } = await given(
      {},
      { 'etc/motd': file('ours'), 'etc/link': link('target'), 'usr/private': directory(0o700) },
    );
    await applyOverrides(root, entries);
    const before = pictureOf(root.mountPoint);
    change(root.mountPoint);
    const differences = await verifyOverrides(root, entries);
    expect(differences.map((difference) => [difference.kinds, difference.text])).toEqual([[kinds, text]]);
    await applyOverrides(
      root,
      differences.map(({ entry }) => entry),
    );
    expect(pictureOf(root.mountPoint)).toEqual(before);
    expect(await verifyOverrides(root, entries)).toEqual([]);
  });

  it('does not mind the mode of a directory that only leads to overrides', async () => {
    const { root, apply, verify } = await given({}, { 'etc/motd': file('ours') });
    await apply();
    run('chmod', '700', `${root.mountPoint}/etc`);
    expect(await verify()).toEqual([]);
  });

  it('finds everything below a parent that became something else', async () => {
    const { root, apply, verify } = await given({}, { 'etc/a/motd': file('ours') });
    await apply();
    run('rm', '-r', `${root.mountPoint}/etc/a`);
    writeFileSync(`${root.mountPoint}/etc/a`, '');
    expect((await verify()).map(({ text }) => text)).toEqual([
      '/etc/a: a file instead of a directory',
      '/etc/a/motd: missing',
    ]);
  });

  it('never leaves the root filesystem', async () => {
    const { root, apply, verify } = await given({}, { 'etc/x': file('x') });
    await apply();
    run('rm', '-r', `${root.mountPoint}/etc`);
    run('ln', '-s', join(temporary(), 'outside/d'), `${root.mountPoint}/etc`);
    expect((await verify()).map(({ text }) => text)).toEqual(['/etc: missing', '/etc/x: missing']);
  });
});

function run(program: string, ...args: readonly string[]): void {
  execFileSync(program, args);
}
