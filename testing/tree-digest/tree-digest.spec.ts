import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '@immutablue/oci';
import { compareTrees, normaliseTree, readTree, renderDifferences, treeDigest, treeLines } from '.';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tree-'));
  chmodSync(directory, 0o755);
  mkdirSync(join(directory, 'etc'), { mode: 0o755 });
  writeFileSync(join(directory, 'etc/motd'), 'hello\n', { mode: 0o644 });
  symlinkSync('motd', join(directory, 'etc/link'));
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

const owner = `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`;

it('says of each path what it is', async () => {
  expect(treeLines(await readTree(directory))).toEqual([
    `"/" directory 0755 ${owner}`,
    `"/etc" directory 0755 ${owner}`,
    `"/etc/link" symlink 0777 ${owner} -> "motd"`,
    `"/etc/motd" file 0644 ${owner} sha256:5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03`,
  ]);
});

it('does not count times', async () => {
  const before = treeDigest(await readTree(directory));
  utimesSync(join(directory, 'etc/motd'), 1, 1);
  expect(treeDigest(await readTree(directory))).toBe(before);
});

describe('every other change', () => {
  const changes: Record<string, () => unknown> = {
    'a file more': () => {
      writeFileSync(join(directory, 'etc/more'), '');
    },
    'another name': () => {
      renameSync(join(directory, 'etc/motd'), join(directory, 'etc/other'));
    },
    'other content': () => {
      writeFileSync(join(directory, 'etc/motd'), 'other\n');
    },
    'the sticky bit': () => {
      chmodSync(join(directory, 'etc'), 0o1755);
    },
    'another target': () => {
      rmSync(join(directory, 'etc/link'));
      symlinkSync('/etc/motd', join(directory, 'etc/link'));
    },
    'another type': () => {
      rmSync(join(directory, 'etc/motd'));
      mkdirSync(join(directory, 'etc/motd'));
    },
    'a FIFO in place of a file': async () => {
      rmSync(join(directory, 'etc/motd'));
      await runCommand(['mkfifo', join(directory, 'etc/motd')]);
    },
    'an extended attribute': () =>
      runCommand([
        ...(['python3', '-c'] as const),
        'import os, sys; os.setxattr(sys.argv[1], "user.note", b"x")',
        join(directory, 'etc/motd'),
      ]),
  };

  it.each(Object.keys(changes))('counts: %s', async (name) => {
    const before = await readTree(directory);
    await changes[name]?.();
    const after = await readTree(directory);
    expect(treeDigest(after)).not.toBe(treeDigest(before));
    expect(compareTrees(before, after)).not.toEqual([]);
  });
});

it('shows differences by path', async () => {
  const before = await readTree(directory);
  chmodSync(join(directory, 'etc'), 0o700);
  rmSync(join(directory, 'etc/link'));
  const shown = renderDifferences(compareTrees(before, await readTree(directory)));
  expect(shown).toBe(
    [
      '/etc',
      `  - directory 0755 ${owner}`,
      `  + directory 0700 ${owner}`,
      '/etc/link',
      `  - symlink 0777 ${owner} -> "motd"`,
    ].join('\n'),
  );
});

it('compares accounts without the day of their last change, and nothing else of them', async () => {
  const digestWith = async (line: string) => {
    writeFileSync(join(directory, 'etc/shadow'), `${line}\n`);
    return treeDigest(await normaliseTree(await readTree(directory), directory));
  };
  const first = await digestWith('sshd:!*:20400::::::');
  expect(await digestWith('sshd:!*:20401::::::')).toBe(first);
  expect(await digestWith('sshd:*:20400::::::')).not.toBe(first);
});
