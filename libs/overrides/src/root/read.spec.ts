import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { directory, file, link, plant, type Plants } from '../testing/plant';
import { renderedError } from '../testing/entries';
import { useTemporaryDirectory } from '../testing/temporary';
import { openRoot } from './open-root';
import { type LastPart, type RootFilesystem } from './root-filesystem';

const temporary = useTemporaryDirectory();

/** A root filesystem with links of every kind, beside a directory that is not part of it. */
async function hostileRoot(more: Plants = {}): Promise<RootFilesystem> {
  const outside = plant(join(temporary(), 'outside'), { secret: file('secret') });
  const root = plant(join(temporary(), 'root'), {
    'etc/passwd': file('root:x:0:0::/:\n'),
    'usr/bin/sh': file('#!', 0o755),
    bin: link('usr/bin'),
    'usr/local': link('../var/usrlocal'),
    'var/usrlocal/x': file('x'),
    opt: link('var/opt'),
    passwd: link('/etc/passwd'),
    up: link('../../../../../../../../etc/passwd'),
    'usr/up': link('../../../../../../../../../..'),
    outside: link(outside),
    loop: link('loop'),
    'loop-a': link('loop-b/x'),
    'loop-b': link('loop-a'),
    dot: link('./././/etc/.//passwd'),
    self: link('.'),
    root: link('/'),
    ...more,
  });
  return openRoot(root, { epochSeconds: 0 });
}

describe('resolve', () => {
  it.each<[path: string, lastPart: LastPart, resolved: string, type: string]>([
    ['/', 'follow', '/', 'directory'],
    ['/.', 'follow', '/', 'directory'],
    ['/etc/passwd', 'follow', '/etc/passwd', 'file'],
    ['//etc///passwd/', 'follow', '/etc/passwd', 'file'],
    ['/usr/../etc/passwd', 'follow', '/etc/passwd', 'file'],
    ['/bin/sh', 'follow', '/usr/bin/sh', 'file'],
    ['/bin/../bin/sh', 'follow', '/usr/bin/sh', 'file'],
    ['/usr/local/x', 'follow', '/var/usrlocal/x', 'file'],
    ['/bin', 'keep', '/bin', 'symlink'],
    ['/bin', 'follow', '/usr/bin', 'directory'],
    ['/bin/sh', 'keep', '/usr/bin/sh', 'file'],
    ['/passwd', 'follow', '/etc/passwd', 'file'],
    ['/up', 'follow', '/etc/passwd', 'file'],
    ['/usr/up', 'follow', '/', 'directory'],
    ['/usr/up/etc/passwd', 'follow', '/etc/passwd', 'file'],
    ['/dot', 'follow', '/etc/passwd', 'file'],
    ['/self/self/self/etc/passwd', 'follow', '/etc/passwd', 'file'],
    ['/root/root/etc/passwd', 'follow', '/etc/passwd', 'file'],
    ['/opt', 'follow', '/var/opt', 'missing'],
    ['/opt/tool/x', 'follow', '/var/opt/tool/x', 'missing'],
    ['/etc/no/such/file', 'keep', '/etc/no/such/file', 'missing'],
    ['/loop', 'keep', '/loop', 'symlink'],
  ])('%s (%s) leads to %s, a %s', async (path, lastPart, resolved, type) => {
    const root = await hostileRoot();
    expect(await root.resolve(path, lastPart)).toEqual({
      path: resolved,
      hostPath: resolved === '/' ? root.mountPoint : `${root.mountPoint}${resolved}`,
      type,
    });
  });

  it('takes an absolute target for a path of the image, not of the machine', async () => {
    const root = await hostileRoot();
    const resolved = await root.resolve('/outside/secret');
    expect(resolved).toMatchObject({ path: `${temporary()}/outside/secret`, type: 'missing' });
    expect(resolved.hostPath).toBe(`${root.mountPoint}${temporary()}/outside/secret`);
    expect(await root.exists('/outside/secret')).toBe(false);
  });

  it.each([
    [
      '/loop',
      '/path-not-usable]: `/loop` in the root filesystem of the image leads through more than 40 links (at `/loop`)',
    ],
    ['/loop-a', 'leads through more than 40 links'],
    ['/loop-b/y', 'leads through more than 40 links'],
    ['/etc/passwd/x', 'leads through `/etc/passwd`, which is not a directory'],
    ['/etc/passwd/..', 'leads through `/etc/passwd`, which is not a directory'],
    ['/passwd/x', 'leads through `/etc/passwd`, which is not a directory'],
    ['/opt/../etc', 'leads through `/var/opt/..`, but `/var/opt` does not exist'],
    ['/badlink/x', 'leads through the link `/badlink`, whose target is not UTF-8'],
    ['etc/passwd', '/path-outside-root]: `etc/passwd` is not an absolute path'],
    ['/../etc/passwd', '/path-outside-root]: `/../etc/passwd` leaves the root filesystem'],
  ])('%s leads nowhere', async (path, message) => {
    const root = await hostileRoot();
    symlinkSync(Buffer.from([0x61, 0xff]), join(root.mountPoint, 'badlink'));
    expect(await renderedError(() => root.resolve(path), temporary())).toContain(message);
  });

  it.each([
    [40, true],
    [41, false],
  ])('follows a chain of %d links: %s', async (count, works) => {
    const chain = Object.fromEntries(
      Array.from({ length: count }, (_, index) => [
        `link${index}`,
        link(index === 0 ? 'etc/passwd' : `link${index - 1}`),
      ]),
    );
    const root = await hostileRoot(chain);
    expect(await root.exists(`/link${count - 1}`)).toBe(works);
  });
});

describe('reading', () => {
  it('reads and hashes files of the image through its links', async () => {
    const root = await hostileRoot();
    for (const path of ['/etc/passwd', '/passwd', '/up', '/usr/up/etc/passwd']) {
      expect((await root.readFile(path)).toString()).toBe('root:x:0:0::/:\n');
    }
    expect(await root.sha256('/bin/sh')).toBe(await root.sha256('/usr/bin/sh'));
  });

  it('says what a path itself is', async () => {
    const root = await hostileRoot();
    expect(await root.lstat('/bin')).toMatchObject({ type: 'symlink', target: 'usr/bin' });
    expect(await root.lstat('/bin/sh')).toMatchObject({ type: 'file', mode: 0o755, size: 2 });
    expect(await root.lstat('/bin/bash')).toBeUndefined();
  });

  it('never opens what is not a regular file: a FIFO would block the build', async () => {
    const root = await hostileRoot();
    execFileSync('mkfifo', [join(root.mountPoint, 'etc/fifo')]);
    for (const path of ['/etc/fifo', '/etc', '/outside/secret']) {
      await expect(root.readFile(path)).rejects.toThrow(/is not a regular file|does not exist/);
    }
  });

  it('lists and walks without following links, sorted by bytes, and tells names that are not UTF-8', async () => {
    const root = await hostileRoot({ 'tree/b/c': file(), 'tree/a': link('/etc'), 'tree/b-c': directory() });
    writeFileSync(Buffer.concat([Buffer.from(`${root.mountPoint}/tree/b/`), Buffer.from([0xff])]), '');
    mkdirSync(Buffer.concat([Buffer.from(`${root.mountPoint}/tree/`), Buffer.from([0xfe])]));
    writeFileSync(Buffer.concat([Buffer.from(`${root.mountPoint}/tree/`), Buffer.from([0xfe]), Buffer.from('/x')]), '');
    expect((await root.list('/tree')).map(({ path }) => path)).toEqual([
      '/tree/a',
      '/tree/b',
      '/tree/b-c',
      '/tree/\ufffd',
    ]);
    const lines: string[] = [];
    for await (const { path, type, encoding } of root.walk('/self/tree')) lines.push(`${type} ${path} ${encoding}`);
    expect(lines).toEqual([
      'symlink /tree/a utf-8',
      'directory /tree/b utf-8',
      'file /tree/b/c utf-8',
      'file /tree/b/\ufffd other',
      'directory /tree/b-c utf-8',
      'directory /tree/\ufffd other',
      'file /tree/\ufffd/x other',
    ]);
  });
});

describe('openRoot', () => {
  it.each([
    ['/', 'own root filesystem'],
    ['/etc/..', 'own root filesystem'],
    ['relative', 'is not an absolute path'],
    ['/nonexistent/mount', 'ENOENT'],
    ['/etc/passwd', 'is not a directory'],
  ])('refuses %s', async (mountPoint, message) => {
    await expect(openRoot(mountPoint, { epochSeconds: 0 })).rejects.toThrow(message);
  });

  it('resolves links on the way to the mount point, which are those of the machine', async () => {
    plant(temporary(), { 'store/merged/etc/motd': file('hello'), mount: link('store/merged') });
    const root = await openRoot(join(temporary(), 'mount'), { epochSeconds: 0 });
    expect((await root.readFile('/etc/motd')).toString()).toBe('hello');
  });
});
