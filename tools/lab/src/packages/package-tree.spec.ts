import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { adaptTree, listTree, type Adaption } from './package-tree';

let tree: string;
beforeEach(async () => {
  tree = await mkdtemp(join(tmpdir(), 'lab-tree-'));
});
afterEach(() => rm(tree, { recursive: true }));

async function put(path: string, content = ''): Promise<void> {
  await mkdir(dirname(join(tree, path)), { recursive: true });
  await writeFile(join(tree, path), content);
}

async function paths(): Promise<string[]> {
  const entries = await readdir(tree, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(tree.length))
    .sort();
}

const adaption: Adaption = { identity: 'samba', users: [], known: new Set(['/var/lib']) };

describe('adaptTree', () => {
  it('follows the merge of /usr, also where both places have files', async () => {
    await put('lib/systemd/system/a.service');
    await put('usr/lib/systemd/system/b.service');
    await put('bin/tool');
    await adaptTree(tree, adaption);
    expect(await paths()).toEqual([
      '/usr/bin/tool',
      '/usr/lib/systemd/system/a.service',
      '/usr/lib/systemd/system/b.service',
    ]);
  });

  it('declares what is below /var and /run in tmpfiles.d and takes it out', async () => {
    await mkdir(join(tree, 'var/lib/samba/private'), { recursive: true });
    await chmod(join(tree, 'var/lib/samba/private'), 0o700);
    await chmod(join(tree, 'var/lib/samba'), 0o1777);
    await symlink('/run/samba', join(tree, 'var/lib/samba/link'));
    await put('var/lib/samba/a-file', 'gone');
    await mkdir(join(tree, 'run/samba'), { recursive: true });
    await adaptTree(tree, { ...adaption, users: ['g sambashare -'] });
    expect(await paths()).toEqual([
      '/usr/lib/sysusers.d/immutablue-lab-samba.conf',
      '/usr/lib/tmpfiles.d/immutablue-lab-samba.conf',
    ]);
    expect(await readFile(join(tree, 'usr/lib/tmpfiles.d/immutablue-lab-samba.conf'), 'utf8')).toMatchInlineSnapshot(`
     "d /var/lib/samba 1777 root root - -
     L /var/lib/samba/link - - - - /run/samba
     d /var/lib/samba/private 0700 root root - -
     d /run/samba 0755 root root - -
     "
    `);
  });

  it('leaves out what has no place in an image, and keeps the licence', async () => {
    await put('etc/init.d/samba');
    await put('etc/default/samba');
    await put('usr/share/doc/samba/copyright');
    await put('usr/share/doc/samba/changelog.gz');
    await put('usr/share/doc/empty/README');
    await put('usr/share/man/man1/samba.1.gz');
    await put('usr/local/bin/x');
    await put('opt/x');
    await adaptTree(tree, adaption);
    expect(await paths()).toEqual(['/etc/default/samba', '/usr/share/doc/samba/copyright']);
  });
});

describe('listTree', () => {
  it('lists files, configuration and the directories that the root filesystem does not have', async () => {
    await put('etc/samba/smb.conf');
    await put('usr/bin/smbd');
    await symlink('smbd', join(tree, 'usr/bin/samba'));
    await put('usr/lib/samba/vfs/a.so');
    expect(await listTree(tree, new Set(['/usr/bin', '/usr/lib']))).toEqual([
      { path: '/etc/samba', kind: 'directory' },
      { path: '/etc/samba/smb.conf', kind: 'configuration' },
      { path: '/usr/bin/samba', kind: 'file' },
      { path: '/usr/bin/smbd', kind: 'file' },
      { path: '/usr/lib/samba', kind: 'directory' },
      { path: '/usr/lib/samba/vfs', kind: 'directory' },
      { path: '/usr/lib/samba/vfs/a.so', kind: 'file' },
    ]);
  });
});
