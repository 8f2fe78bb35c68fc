import { execFileSync } from 'node:child_process';
import { linkSync, lstatSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Sha256 } from '../entry';
import { renderedError } from '../testing/entries';
import { pictureOf } from '../testing/picture';
import { directory, file, link, plant } from '../testing/plant';
import { describeAsRoot, useTemporaryDirectory } from '../testing/temporary';
import { openRoot } from './open-root';
import { type RootFilesystem } from './root-filesystem';

const EPOCH = 1_700_000_000;
const temporary = useTemporaryDirectory();

/** A root filesystem whose links point to everything that must not be written, beside the directory `outside`. */
async function hostileRoot(): Promise<RootFilesystem> {
  const outside = plant(join(temporary(), 'outside'), { secret: file('secret', 0o600), 'd/x': file('x') });
  const root = plant(join(temporary(), 'root'), {
    'etc/passwd': file('root\n'),
    'usr/bin': directory(),
    bin: link('usr/bin'),
    'etc/to-host-file': link(join(outside, 'secret')),
    'etc/climbing': link('../../outside/secret'),
    'etc/to-host-directory': link(outside),
    'etc/climbing-directory': link('../../../../../../../../../../outside'),
    'etc/loop': link('loop'),
    opt: link('var/opt'),
  });
  linkSync(join(outside, 'secret'), join(root, 'etc/hard-link'));
  return openRoot(root, { epochSeconds: EPOCH });
}

function outside(): readonly string[] {
  return pictureOf(join(temporary(), 'outside'));
}

describeAsRoot('writing into a hostile root filesystem', () => {
  it.each([
    ['a link to a file of the machine', '/etc/to-host-file', '/etc/to-host-file', 'replaced'],
    ['a link that climbs out', '/etc/climbing', '/etc/climbing', 'replaced'],
    ['a loop', '/etc/loop', '/etc/loop', 'replaced'],
    ['a hard link to a file of the machine', '/etc/hard-link', '/etc/hard-link', 'replaced'],
    ['a link to a directory as a parent', '/bin/tool', '/usr/bin/tool', 'created'],
    ['a dangling link as a parent', '/opt/a/b', '/var/opt/a/b', 'created'],
    ['a climbing link as a parent', '/etc/climbing-directory/x', '/outside/x', 'created'],
    ['a way back and forth', '/usr/bin/../../etc/passwd', '/etc/passwd', 'replaced'],
  ])('%s stays inside', async (_, path, resolved, outcome) => {
    const root = await hostileRoot();
    const before = outside();
    expect(await root.writeFile(path, 'new', { mode: 0o640 })).toEqual({ path: resolved, outcome });
    expect(outside()).toEqual(before);
    expect(await root.lstat(resolved)).toEqual({ type: 'file', mode: 0o640, uid: 0, gid: 0, size: 3 });
    expect(pictureOf(root.mountPoint).filter((line) => line.includes('.immutablue-'))).toEqual([]);
  });

  it('takes the target of a link to a directory of the machine for a path of the image', async () => {
    const root = await hostileRoot();
    const before = outside();
    expect(await root.writeFile('/etc/to-host-directory/x', '', { mode: 0o644 })).toEqual({
      path: `${temporary()}/outside/x`,
      outcome: 'created',
    });
    expect(outside()).toEqual(before);
    expect(statSync(`${root.mountPoint}${temporary()}/outside/x`).size).toBe(0);
  });

  it.each([
    ['/../outside/secret', 'build/path-outside-root'],
    ['/etc/../../outside/secret', 'build/path-outside-root'],
    ['outside', 'build/path-outside-root'],
    ['/etc/loop/x', 'build/path-not-usable'],
    ['/etc/passwd/x', 'build/path-not-usable'],
    ['/usr/bin', 'build/path-not-usable'],
    ['/', 'build/path-not-usable'],
  ])('%s is refused with %s', async (path, code) => {
    const root = await hostileRoot();
    const before = pictureOf(temporary());
    const attempts = [
      () => root.writeFile(path, 'x', { mode: 0o644 }),
      () => root.makeSymlink(path, 'x'),
      () => root.copyFile(join(temporary(), 'outside/secret'), path, { mode: 0o644 }),
    ];
    for (const attempt of attempts) {
      expect(await renderedError(attempt, temporary())).toContain(`error[${code}]`);
    }
    expect(pictureOf(temporary())).toEqual(before);
  });
});

describeAsRoot('writing', () => {
  it.each([0o644, 0o755, 0o640, 0o4755, 0o2711, 0o000])(
    'sets the mode %o and the owner, whatever the umask',
    async (mode) => {
      const root = await hostileRoot();
      const umask = process.umask(0o077);
      try {
        await root.writeFile('/usr/bin/tool', '#!', { mode, uid: 12, gid: 34 });
        await root.makeDirectory('/usr/lib/deep/er', { mode, uid: 12, gid: 34 });
      } finally {
        process.umask(umask);
      }
      expect(await root.lstat('/usr/bin/tool')).toMatchObject({ type: 'file', mode, uid: 12, gid: 34 });
      expect(await root.lstat('/usr/lib/deep/er')).toMatchObject({ type: 'directory', mode, uid: 12, gid: 34 });
      expect(await root.lstat('/usr/lib/deep')).toMatchObject({ mode: 0o755, uid: 0, gid: 0 });
    },
  );

  it('sets one modification time on all that it writes and on the directories in which a name changed', async () => {
    const root = await hostileRoot();
    await root.writeFile('/etc/new/file', '', { mode: 0o644 });
    await root.makeSymlink('/usr/bin/link', 'x');
    await root.makeDirectory('/usr/lib/made');
    await root.remove('/opt');
    const paths = ['', '/etc', '/etc/new', '/etc/new/file', '/usr/bin', '/usr/bin/link', '/usr/lib/made', '/usr/lib'];
    expect(paths.map((path) => lstatSync(`${root.mountPoint}${path}`).mtimeMs / 1000)).toEqual(paths.map(() => EPOCH));
  });

  it('replaces a file without touching its other names', async () => {
    const root = await hostileRoot();
    linkSync(join(root.mountPoint, 'etc/passwd'), join(root.mountPoint, 'etc/passwd-'));
    await root.writeFile('/etc/passwd', 'new\n', { mode: 0o644 });
    expect((await root.readFile('/etc/passwd-')).toString()).toBe('root\n');
    expect((await root.readFile('/etc/passwd')).toString()).toBe('new\n');
  });

  it('replaces what is neither file nor directory, without opening it', async () => {
    const root = await hostileRoot();
    execFileSync('mkfifo', [join(root.mountPoint, 'etc/fifo')]);
    execFileSync('mknod', [join(root.mountPoint, 'etc/null'), 'c', '1', '3']);
    for (const path of ['/etc/fifo', '/etc/null']) {
      expect(await root.writeFile(path, 'x', { mode: 0o644 })).toEqual({ path, outcome: 'replaced' });
      expect(await root.lstat(path)).toMatchObject({ type: 'file' });
    }
  });

  it('makes symlinks with exactly the target, and lets them replace links and files', async () => {
    const root = await hostileRoot();
    for (const [path, target] of [
      ['/etc/passwd', '../../../nowhere'],
      ['/etc/to-host-file', '/etc/passwd'],
      ['/etc/new', 'a b/ü'],
    ] as const) {
      await root.makeSymlink(path, target, { uid: 1, gid: 2 });
      expect(await root.lstat(path)).toMatchObject({ type: 'symlink', target, uid: 1, gid: 2 });
    }
  });

  it('makes directories through links, and leaves those that are there as they are', async () => {
    const root = await hostileRoot();
    expect(await root.makeDirectory('/bin', { mode: 0o700 })).toEqual({ path: '/usr/bin', outcome: 'present' });
    expect(await root.lstat('/usr/bin')).toMatchObject({ mode: 0o755 });
    expect(await root.makeDirectory('/opt')).toEqual({ path: '/var/opt', outcome: 'created' });
    expect(await root.lstat('/opt')).toMatchObject({ type: 'symlink' });
    await expect(root.makeDirectory('/etc/passwd')).rejects.toThrow('is there already and not a directory');
  });

  it('changes mode and owner of files and directories, and of nothing that a link points to', async () => {
    const root = await hostileRoot();
    await root.setAttributes('/usr/bin', { mode: 0o2750, uid: 3, gid: 4 });
    expect(await root.lstat('/usr/bin')).toMatchObject({ mode: 0o2750, uid: 3, gid: 4 });
    await expect(root.setAttributes('/etc/to-host-file', { mode: 0o777 })).rejects.toThrow('is neither');
    await expect(root.setAttributes('/etc/nothing', { mode: 0o777 })).rejects.toThrow('does not exist');
  });
});

describeAsRoot('copyFile', () => {
  it('copies a file larger than its buffer', async () => {
    const root = await hostileRoot();
    const content = 'grün\n'.repeat(200_000);
    plant(temporary(), { source: file(content) });
    await root.copyFile(join(temporary(), 'source'), '/usr/bin/large', { mode: 0o644 });
    expect((await root.readFile('/usr/bin/large')).toString() === content).toBe(true);
  });

  it('leaves everything as it was when the content is not the one expected', async () => {
    const root = await hostileRoot();
    const before = pictureOf(temporary());
    const copy = () =>
      root.copyFile(join(temporary(), 'outside/d/x'), '/etc/passwd', { mode: 0o644 }, '0'.repeat(64) as Sha256);
    expect(await renderedError(copy, temporary())).toMatchInlineSnapshot(`
     "error[override/changed]: \`<tmp>/outside/d/x\` changed while the image was being built
       --> outside/d/x:1:1
       hint: build again"
    `);
    expect(pictureOf(temporary())).toEqual(before);
  });

  it.each([
    ['a symlink', 'root/etc/to-host-file', 'cannot be read (ELOOP)'],
    ['a directory', 'outside/d', 'is not a regular file'],
    ['nothing', 'outside/none', 'cannot be read (ENOENT)'],
  ])('refuses a source that is %s', async (_, source, message) => {
    const root = await hostileRoot();
    const copy = () => root.copyFile(join(temporary(), source), '/etc/new', { mode: 0o644 });
    expect(await renderedError(copy, temporary())).toContain(message);
  });
});

describeAsRoot('a full disk', () => {
  it('is said so, and leaves no half-written file', async () => {
    const mountPoint = plant(join(temporary(), 'small'), {});
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', mountPoint]);
    try {
      const root = await openRoot(mountPoint, { epochSeconds: EPOCH });
      const write = () => root.writeFile('/large', Buffer.alloc(1024 * 1024), { mode: 0o644 });
      expect(await renderedError(write, temporary())).toMatchInlineSnapshot(`
       "error[oci/no-space]: no disk space left while writing \`/large\` into the image (ENOSPC from write)
         hint: free some space (\`npx nx run images:gc\` removes images that are not needed), then build again"
      `);
      expect(pictureOf(mountPoint)).toEqual([]);
    } finally {
      execFileSync('umount', [mountPoint]);
    }
  });
});
