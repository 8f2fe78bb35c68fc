import { linkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderedError } from '../testing/entries';
import { given } from '../testing/given';
import { pictureOf } from '../testing/picture';
import { directory, file, link, type Plants } from '../testing/plant';
import { describeAsRoot, useTemporaryDirectory } from '../testing/temporary';

const temporary = useTemporaryDirectory();

/** The same plants, with `<outside>` in the targets of links replaced. */
function pointingTo(outside: string, plants: Plants): Plants {
  return Object.fromEntries(
    Object.entries(plants).map(([path, what]) => [
      path,
      what.type === 'symlink' ? link(what.target.replace('<outside>', outside)) : what,
    ]),
  );
}

describeAsRoot('applyOverrides into a hostile root filesystem', () => {
  it.each<[string, Plants, Plants]>([
    ['a link to a file of the machine', { 'etc/motd': link('<outside>/secret') }, { 'etc/motd': file('new') }],
    ['a link that climbs out', { 'etc/motd': link('../../outside/secret') }, { 'etc/motd': file('new') }],
    ['a loop', { 'etc/motd': link('motd') }, { 'etc/motd': file('new') }],
    ['a parent that climbs out', { etc: link('../../outside/d') }, { 'etc/motd': file('new') }],
    ['an override that is a link out', {}, { 'etc/motd': link('/etc/passwd'), 'etc/x': link('../../../etc') }],
    [
      'a dangling link where a directory is to be',
      { 'etc/x': link('../../outside/none') },
      { 'etc/x': directory(0o777) },
    ],
  ])('%s: nothing outside changes', async (_, rootPlants, treePlants) => {
    const outside = join(temporary(), 'outside');
    const { apply, verify } = await given(temporary(), pointingTo(outside, rootPlants), treePlants);
    const before = pictureOf(outside);
    await apply();
    expect(pictureOf(outside)).toEqual(before);
    expect(await verify()).toEqual([]);
  });

  it('replaces a hard link to a file of the machine instead of writing through it', async () => {
    const { root, apply } = await given(temporary(), { 'etc/x': file() }, { 'etc/motd': file('new') });
    linkSync(join(temporary(), 'outside/secret'), join(root.mountPoint, 'etc/motd'));
    const before = pictureOf(join(temporary(), 'outside'));
    await apply();
    expect(pictureOf(join(temporary(), 'outside'))).toEqual(before);
    expect((await root.readFile('/etc/motd')).toString()).toBe('new');
  });

  it.each<[string, Plants, Plants, string[]]>([
    [
      'a link into /var',
      { opt: link('var/opt'), 'usr/tools': link('../opt') },
      { 'usr/tools/x': file() },
      ['override/forbidden-path]: `/usr/tools/x` leads to `/var/opt/x` through a link of the root filesystem: /var is'],
    ],
    [
      'a link to /proc',
      { 'usr/share/status': link('/proc') },
      { 'usr/share/status/x': file() },
      ['override/forbidden-path]: `/usr/share/status/x` leads to `/proc/x` through a link'],
    ],
    [
      'a link to a link',
      { a: link('b'), b: link('/run/b') },
      { 'a/x': link('y'), 'a/d': directory() },
      ['override/forbidden-path]: `/a/d` leads to `/run/b/d`', 'override/forbidden-path]: `/a/x` leads to `/run/b/x`'],
    ],
    [
      'a link to a directory of the machine',
      { etc: link('<outside>/d') },
      { 'etc/motd': file() },
      [
        'override/forbidden-path]: `/etc/motd` leads to `<outside>/d/motd` through a link of the root filesystem: /tmp is',
      ],
    ],
    [
      'a link to the password file',
      { 'usr/conf': link('/etc') },
      { 'usr/conf/passwd': file() },
      ['override/forbidden-path]: `/usr/conf/passwd` leads to `/etc/passwd`'],
    ],
    [
      'a file in its way',
      { etc: file() },
      { 'etc/motd': file(), 'etc/sub/x': file() },
      ['override/type-conflict]: `/etc` is a directory, and the root filesystem has something else in its place\n'],
    ],
    [
      'a link to a file in its way',
      { etc: link('x'), x: file() },
      { 'etc/motd': file() },
      [
        'override/type-conflict]: `/etc` is a directory, and the root filesystem has something else in its place (there it is `/x`)',
      ],
    ],
    [
      'a directory in its way',
      { 'etc/motd/x': file() },
      { 'etc/motd': file() },
      ['override/type-conflict]: `/etc/motd` is a file, and the root filesystem has a directory in its place'],
    ],
    [
      'a directory in the way of a link',
      { 'etc/motd/x': file() },
      { 'etc/motd': link('x') },
      ['override/type-conflict]: `/etc/motd` is a symlink, and the root filesystem has a directory in its place'],
    ],
    [
      'a link to a directory in its way',
      { 'usr/bin': directory(), bin: link('usr/bin') },
      { bin: file() },
      ['override/type-conflict]: `/bin` is a file, and the root filesystem has a link to a directory in its place'],
    ],
    [
      'a loop in its way',
      { etc: link('etc') },
      { 'etc/a': file(), 'etc/b': file() },
      ['build/path-not-usable]: `/etc` in the root filesystem of the image leads through more than 40 links'],
    ],
    [
      'two names for one place',
      { 'usr/bin': directory(), bin: link('usr/bin') },
      { 'bin/tool': file('a'), 'usr/bin/tool': file('b') },
      ["override/type-conflict]: `/usr/bin/tool` and `/bin/tool` are in each other's way"],
    ],
    [
      'a link where another override has a directory',
      { 'usr/lib': directory(), lib: link('usr/lib') },
      { 'lib/x/y': file(), 'usr/lib/x': link('/proc') },
      ["override/type-conflict]: `/usr/lib/x` and `/lib/x` are in each other's way"],
    ],
  ])('%s is an error before anything is written', async (_, rootPlants, treePlants, messages) => {
    const outside = join(temporary(), 'outside');
    const { apply } = await given(temporary(), pointingTo(outside, rootPlants), { ...treePlants, 'aaa/first': file() });
    const before = pictureOf(temporary());
    const text = await renderedError(apply, temporary());
    for (const message of messages) expect(text).toContain(`error[${message.replace('<outside>', '<tmp>/outside')}`);
    expect(text.match(/^error/gm)).toHaveLength(messages.length);
    expect(pictureOf(temporary())).toEqual(before);
  });

  it('stops when a file is no longer the one that was scanned', async () => {
    const { apply } = await given(temporary(), {}, { 'etc/motd': file('x') });
    writeFileSync(join(temporary(), 'overrides/etc/motd'), 'something else');
    await expect(apply()).rejects.toThrow('changed while the image was being built');
  });
});
