import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderedError } from '../testing/entries';
import { pictureOf } from '../testing/picture';
import { directory, file, link, plant } from '../testing/plant';
import { useTemporaryDirectory } from '../testing/temporary';
import { openRoot } from './open-root';
import { type RootFilesystem } from './root-filesystem';

const temporary = useTemporaryDirectory();

async function hostileRoot(): Promise<RootFilesystem> {
  const outside = plant(join(temporary(), 'outside'), { secret: file('secret'), 'd/x': file('x') });
  const root = plant(join(temporary(), 'root'), {
    'etc/passwd': file('root\n'),
    'etc/to-host': link(outside),
    'etc/climbing': link('../../outside'),
    'etc/loop': link('loop'),
    'usr/share/doc/a/b': file('b'),
    'usr/share/doc/a/to-host': link(outside),
    'usr/share/doc/c': file('c', 0o400),
    'usr/share/empty': directory(),
    bin: link('usr/bin'),
    'usr/bin/tool': file('tool'),
    'usr/up': link('..'),
    top: link('/'),
  });
  return openRoot(root, { epochSeconds: 0 });
}

function outside(): readonly string[] {
  return pictureOf(join(temporary(), 'outside'));
}

describe('remove', () => {
  it.each([
    ['/etc/passwd', '/etc/passwd', 1],
    ['/etc/to-host', '/etc/to-host', 1],
    ['/etc/climbing', '/etc/climbing', 1],
    ['/etc/loop', '/etc/loop', 1],
    ['/usr/share/doc', '/usr/share/doc', 5],
    ['/usr/share/empty', '/usr/share/empty', 1],
    ['/bin', '/bin', 1],
    ['/bin/tool', '/usr/bin/tool', 1],
    ['/usr/up/etc/passwd', '/etc/passwd', 1],
    ['/top', '/top', 1],
    ['/top/top/usr/share/doc/', '/usr/share/doc', 5],
  ])('%s removes %s, %d names, and nothing that links point to', async (path, resolved, count) => {
    const root = await hostileRoot();
    const before = outside();
    const inside = pictureOf(root.mountPoint).length;
    expect(await root.remove(path)).toEqual({ path: resolved, outcome: 'removed', count });
    expect(await root.lstat(resolved)).toBeUndefined();
    expect(pictureOf(root.mountPoint)).toHaveLength(inside - count);
    expect(outside()).toEqual(before);
  });

  it.each(['/etc/nothing', '/no/such/thing', '/etc/passwd/x', '/etc/to-host/secret', '/etc/climbing/secret'])(
    '%s is absent',
    async (path) => {
      const root = await hostileRoot();
      const before = pictureOf(temporary());
      expect(await root.remove(path)).toMatchObject({ outcome: 'absent', count: 0 });
      expect(pictureOf(temporary())).toEqual(before);
    },
  );

  it.each([
    ['/', 'is the root itself'],
    ['/.', 'is the root itself'],
    ['/usr/..', 'is the root itself'],
    ['/usr/share/../..', 'is the root itself'],
    ['/..', 'leaves the root filesystem'],
    ['/etc/../../outside', 'leaves the root filesystem'],
    ['outside', 'is not an absolute path'],
    ['/etc/loop/x', 'more than 40 links'],
  ])('%s: %s', async (path, message) => {
    const root = await hostileRoot();
    const before = pictureOf(temporary());
    expect(await renderedError(() => root.remove(path), temporary())).toContain(message);
    expect(pictureOf(temporary())).toEqual(before);
  });

  it('removes names that are not UTF-8, and FIFOs without opening them', async () => {
    const root = await hostileRoot();
    const odd = Buffer.concat([Buffer.from(`${root.mountPoint}/usr/share/empty/`), Buffer.from([0xff, 0xfe])]);
    mkdirSync(odd);
    writeFileSync(Buffer.concat([odd, Buffer.from('/'), Buffer.from([0xc3])]), '');
    execFileSync('mkfifo', [join(root.mountPoint, 'usr/share/empty/fifo')]);
    expect(await root.remove('/usr/share/empty')).toMatchObject({ count: 4 });
  });
});

describe('emptyDirectory', () => {
  it.each([
    ['/usr/share/doc', '/usr/share/doc', 'removed', 4],
    ['/bin', '/usr/bin', 'removed', 1],
    ['/usr/share/empty', '/usr/share/empty', 'absent', 0],
    ['/nothing', '/nothing', 'absent', 0],
    ['/etc/climbing', '/outside', 'absent', 0],
  ])('%s empties %s: %s, %d names', async (path, resolved, outcome, count) => {
    const root = await hostileRoot();
    const before = outside();
    const wasThere = await root.exists(resolved);
    expect(await root.emptyDirectory(path)).toEqual({ path: resolved, outcome, count });
    expect(await root.exists(resolved)).toBe(wasThere);
    expect(outside()).toEqual(before);
  });

  it.each([
    ['/', 'is the root itself'],
    ['/top', 'is the root itself'],
    ['/usr/up', 'is the root itself'],
    ['/etc/passwd', 'is not a directory'],
    ['/../outside', 'leaves the root filesystem'],
  ])('%s is refused: %s', async (path, message) => {
    const root = await hostileRoot();
    const before = pictureOf(temporary());
    expect(await renderedError(() => root.emptyDirectory(path), temporary())).toContain(message);
    expect(pictureOf(temporary())).toEqual(before);
  });
});
