import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openRoot } from '../root/open-root';
import { effectiveTree } from '../testing/entries';
import { pictureOf } from '../testing/picture';
import { directory, file, link, plant, type Plants } from '../testing/plant';
import { describeAsRoot, useTemporaryDirectory } from '../testing/temporary';
import { applyOverrides } from './apply';
import { verifyOverrides } from './verify';

const temporary = useTemporaryDirectory();

/** A root filesystem into which a tree was applied, and nothing else. */
async function applied(treePlants: Plants) {
  plant(join(temporary(), 'outside'), { 'd/x': file('x') });
  const root = await openRoot(plant(join(temporary(), 'root'), {}), { epochSeconds: 0 });
  const entries = await effectiveTree(join(temporary(), 'overrides'), treePlants);
  await applyOverrides(root, entries);
  return { root, entries, verify: () => verifyOverrides(root, entries) };
}

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
    const { root, entries } = await applied({
      'etc/motd': file('ours'),
      'etc/link': link('target'),
      'usr/private': directory(0o700),
    });
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
    const { root, verify } = await applied({ 'etc/motd': file('ours') });
    run('chmod', '700', `${root.mountPoint}/etc`);
    expect(await verify()).toEqual([]);
  });

  it('finds everything below a parent that became something else', async () => {
    const { root, verify } = await applied({ 'etc/a/motd': file('ours') });
    run('rm', '-r', `${root.mountPoint}/etc/a`);
    writeFileSync(`${root.mountPoint}/etc/a`, '');
    expect((await verify()).map(({ text }) => text)).toEqual([
      '/etc/a: a file instead of a directory',
      '/etc/a/motd: missing',
    ]);
  });

  it('never leaves the root filesystem', async () => {
    const { root, verify } = await applied({ 'etc/x': file('x') });
    run('rm', '-r', `${root.mountPoint}/etc`);
    run('ln', '-s', join(temporary(), 'outside/d'), `${root.mountPoint}/etc`);
    expect((await verify()).map(({ text }) => text)).toEqual(['/etc: missing', '/etc/x: missing']);
  });
});

function run(program: string, ...args: readonly string[]): void {
  execFileSync(program, args);
}
