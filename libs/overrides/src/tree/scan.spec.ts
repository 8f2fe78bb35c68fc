import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { withDeepFolders } from '../testing/deep';
import { CLEAR_DIAGNOSTIC, UNSAFE } from '@immutablue/diagnostics/testing';
import { rendered } from '../testing/entries';
import { REFUSED_NAMES } from '../testing/hostile';
import { directory, file, link, plant } from '../testing/plant';
import { describeAsRoot, useTemporaryDirectory } from '../testing/temporary';
import { scanTree } from './scan';

const temporary = useTemporaryDirectory();

function tree() {
  return { variant: 'cyan', directory: join(temporary(), 'overrides') };
}

/** Scans, and gives the entries as short lines and the faults as text. */
async function scan() {
  const { manifest, diagnostics } = await scanTree(tree());
  return {
    lines: manifest.entries.map(({ mode, type, size, path }) => `${mode.toString(8)} ${type} ${size} ${path}`),
    entries: manifest.entries,
    faults: rendered(diagnostics, temporary()),
  };
}

describe('scanTree', () => {
  it('lists files, directories and symlinks with mode and size, sorted by bytes', async () => {
    plant(tree().directory, {
      'usr/bin/tool': file('#!/bin/sh\n', 0o755),
      'usr/bin/tool.d/x': file('x', 0o640),
      'usr/bin/tool-2': file('', 0o4755),
      'usr/lib/empty': directory(0o1777),
      'etc/grün': file('ü'),
      'etc/localtime': link('../usr/share/zoneinfo/UTC'),
      'etc/dangling': link('/nowhere'),
    });
    const { lines, faults } = await scan();
    expect(faults).toBe('');
    expect(lines).toEqual([
      '755 directory 0 /etc',
      '777 symlink 8 /etc/dangling',
      '644 file 2 /etc/grün',
      '777 symlink 25 /etc/localtime',
      '755 directory 0 /usr',
      '755 directory 0 /usr/bin',
      '755 file 10 /usr/bin/tool',
      '4755 file 0 /usr/bin/tool-2',
      '755 directory 0 /usr/bin/tool.d',
      '640 file 1 /usr/bin/tool.d/x',
      '755 directory 0 /usr/lib',
      '1777 directory 0 /usr/lib/empty',
    ]);
  });

  it('hashes files, larger ones in pieces, and knows where each came from', async () => {
    plant(tree().directory, { motd: file('hello\n'), large: file() });
    const size = 3 * 1024 * 1024 + 17;
    truncateSync(join(tree().directory, 'large'), size);
    const { entries } = await scan();
    const sha256 = createHash('sha256').update(Buffer.alloc(size)).digest('hex');
    expect(entries).toMatchObject([
      { path: '/large', size, sha256, source: join(tree().directory, 'large'), tree: tree() },
      { path: '/motd', size: 6, sha256: '5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03' },
    ]);
  });

  it('says which directories are empty; an empty .gitkeep is left out, one with content is a file', async () => {
    plant(tree().directory, {
      'a/kept/.gitkeep': file(),
      'b/.gitkeep': file('content'),
      'c/.gitkeep': link('x'),
    });
    const { entries } = await scan();
    expect(
      entries.map((entry) => [entry.path, entry.type, entry.type === 'directory' ? entry.isEmpty : undefined]),
    ).toEqual([
      ['/a', 'directory', false],
      ['/a/kept', 'directory', true],
      ['/b', 'directory', false],
      ['/b/.gitkeep', 'file', undefined],
      ['/c', 'directory', false],
      ['/c/.gitkeep', 'symlink', undefined],
    ]);
  });

  it.each([
    ['the password file of the machine', '/etc/passwd'],
    ['a directory of the machine', '/etc'],
    ['a way out of the tree', '../../../../../../etc'],
    ['itself', 'link'],
  ])('keeps a symlink to %s as it is and does not follow it', async (_, target) => {
    plant(tree().directory, { link: link(target) });
    const { entries, faults } = await scan();
    expect(faults).toBe('');
    expect(entries).toMatchObject([{ path: '/link', type: 'symlink', target }]);
  });

  it.each([
    [
      'a symlink',
      () => {
        symlinkSync('/etc', tree().directory);
      },
      'is a symlink, not a directory',
    ],
    [
      'a file',
      () => {
        writeFileSync(tree().directory, '');
      },
      'is a file, not a directory',
    ],
    ['nothing', () => undefined, 'cannot be read (ENOENT)'],
  ])('refuses a tree that is %s', async (_, make, message) => {
    make();
    const { entries, faults } = await scan();
    expect(entries).toEqual([]);
    expect(faults).toContain(`\`overrides\` ${message}`);
  });

  it.each(REFUSED_NAMES)('refuses the name of the bytes %j, and of a target', async (bytes, code) => {
    const name = Buffer.from(bytes);
    const root = plant(tree().directory, { 'etc/good': file('x') });
    writeFileSync(Buffer.concat([Buffer.from(`${root}/etc/`), name]), '');
    symlinkSync(name, join(root, 'etc/link'));
    const { lines, faults } = await scan();
    expect(lines).toEqual(['755 directory 0 /etc', '644 file 1 /etc/good']);
    for (const fault of faults.split('\n\n')) {
      expect(fault).toMatch(CLEAR_DIAGNOSTIC);
      expect(fault).toContain(`error[${code}]`);
      expect(fault).not.toMatch(UNSAFE);
    }
    expect(faults.match(/^error/gm)).toHaveLength(2);
  });

  it('finds every fault of a tree at once, and still lists the rest', async () => {
    const root = plant(tree().directory, { 'etc/good': file('x') });
    mkdirSync(Buffer.concat([Buffer.from(`${root}/etc/`), Buffer.from([0x64, 0xff])]));
    writeFileSync(Buffer.concat([Buffer.from(`${root}/etc/d`), Buffer.from([0xff]), Buffer.from('/below')]), '');
    writeFileSync(join(root, 'etc/two\nlines'), '');
    symlinkSync(Buffer.from([0x2f, 0xc3, 0x28]), join(root, 'etc/link'));
    symlinkSync('/a\u001b[31m', join(root, 'etc/red'));
    execFileSync('mkfifo', [join(root, 'etc/fifo')]);
    const server = createServer().listen(join(root, 'etc/socket'));
    await new Promise((resolve) => server.once('listening', resolve));
    try {
      const { lines, faults } = await scan();
      expect(lines).toEqual(['755 directory 0 /etc', '644 file 1 /etc/good']);
      expect(faults).toMatchInlineSnapshot(`
       "error[override/not-utf8]: a name in \`/etc\` is not UTF-8: \`d\\xff\`
         --> overrides/etc:1:1
         hint: names and targets of symlinks in an image must be UTF-8 without control characters

       error[override/unsupported-type]: \`/etc/fifo\` is a FIFO; an override is a file, a directory or a symlink
         --> overrides/etc/fifo:1:1
         hint: devices, FIFOs and sockets are made on the running system: a line in /usr/lib/tmpfiles.d/, or a .socket unit

       error[override/not-utf8]: the target of the symlink \`/etc/link\` is not UTF-8: \`/\\xc3(\`
         --> overrides/etc/link:1:1
         hint: names and targets of symlinks in an image must be UTF-8 without control characters

       error[override/control-character]: the target of the symlink \`/etc/red\` holds a control character: \`/a\\x1b[31m\`
         --> overrides/etc/red:1:1
         hint: names and targets of symlinks in an image must be UTF-8 without control characters

       error[override/unsupported-type]: \`/etc/socket\` is a socket; an override is a file, a directory or a symlink
         --> overrides/etc/socket:1:1
         hint: devices, FIFOs and sockets are made on the running system: a line in /usr/lib/tmpfiles.d/, or a .socket unit

       error[override/control-character]: a name in \`/etc\` holds a control character: \`two\\x0alines\`
         --> overrides/etc:1:1
         hint: names and targets of symlinks in an image must be UTF-8 without control characters"
      `);
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });

  it('reads a file of more than 2 GiB, which Node does not read at once', async () => {
    plant(tree().directory, { large: file() });
    truncateSync(join(tree().directory, 'large'), 2_200_000_000);
    expect(await scan()).toMatchObject({ lines: ['644 file 2200000000 /large'], faults: '' });
  }, 60_000);

  it('says briefly where a tree is too deep, and of the rest what it says otherwise', async () => {
    plant(tree().directory, { etc: file('x') });
    const { faults, lines } = await withDeepFolders(join(tree().directory, 'usr'), scan);
    expect(lines).toContain('644 file 1 /etc');
    expect(faults.split('\n').map((line) => line.replaceAll(/\/tmp\/[^…]*…/g, '<tmp>…'))).toMatchInlineSnapshot(`
     [
       "error[file/path-too-long]: \`/usr/deepdeepdeepdeepdeepdeepdeepdeepdeepdeepdeepdeep-/deepde…pdeepdeep-/deepdeepdeepdeepdeepdeepdeepdeepdeepdeepdeepdeep-\` has too long a path: 3839 bytes at most",
       "  --> overrides/usr/deepdeepdeepdeepdeepdeep…pdeepdeep-/deepdeepdeepdeepdeepdeepdeepdeepdeepdeepdeepdeep-:1:1",
       "  hint: a path has at most 4095 bytes, with that of the folder in which an image is mounted while it is built",
     ]
    `);
  });
});

describeAsRoot('scanTree as root', () => {
  it.each([
    ['b', 'a block device'],
    ['c', 'a character device'],
  ])('refuses a device node of type %s', async (type, words) => {
    const root = plant(tree().directory, { dev: directory() });
    execFileSync('mknod', [join(root, 'dev/node'), type, '1', '3']);
    const { lines, faults } = await scan();
    expect(lines).toEqual(['755 directory 0 /dev']);
    expect(faults).toContain(`error[override/unsupported-type]: \`/dev/node\` is ${words}`);
  });

  it('says what an ordinary user may not read', async () => {
    plant(tree().directory, {
      'etc/secret': file('x', 0o600),
      'etc/closed': directory(0o700),
      'etc/open': file('x'),
    });
    chmodSync(temporary(), 0o755);
    process.seteuid?.(65534);
    try {
      const { lines, faults } = await scan();
      expect(lines).toEqual(['755 directory 0 /etc', '700 directory 0 /etc/closed', '644 file 1 /etc/open']);
      expect(faults).toMatchInlineSnapshot(`
       "error[override/not-readable]: \`/etc/closed\` cannot be read (EACCES)
         --> overrides/etc/closed:1:1
         hint: the user who builds must be able to read every override

       error[override/not-readable]: \`/etc/secret\` cannot be read (EACCES)
         --> overrides/etc/secret:1:1
         hint: the user who builds must be able to read every override"
      `);
    } finally {
      process.seteuid?.(0);
    }
  });
});
