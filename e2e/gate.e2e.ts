import { join } from 'node:path';
import { runCommand } from '@immutablue/oci';
import { errorsIn } from './support/errors';
import { buildAlone, nxAlone } from './support/built-images';
import { createWorkspace, disposeWithoutOrphans, type Workspace } from './support/workspace';

/** What no image may get, whatever brings it. */
let workspace: Workspace;

beforeAll(async () => {
  workspace = await createWorkspace();
});

afterAll(() => disposeWithoutOrphans(workspace));

async function errorsOf(...args: readonly string[]): Promise<string> {
  const { exitCode, output } = await nxAlone(workspace, ...args);
  expect(exitCode).not.toBe(0);
  return errorsIn(output).join('\n\n');
}

it('names the sub-stage that has left what a layer may not have', async () => {
  await workspace.addVariant('e2e-left', {
    files: {
      'build/35-first.sh': 'echo nothing >/usr/lib/fine\n',
      'build/55-names.sh': ': >/usr/lib/.wh.fine\nmkfifo /usr/lib/fifo\n',
      'build/65-last.sh': 'python3 -c "import socket; socket.socket(socket.AF_UNIX).bind(\'/usr/lib/socket\')"\n',
    },
  });
  expect(await errorsOf('build', 'e2e-left')).toMatchInlineSnapshot(`
   "error[build/refused-path]: \`/usr/lib/.wh.fine\`, which 55-names has left, would remove a file in the layers below: names with \`.wh.\` are whiteouts in an OCI layer
     --> packages/e2e-left/build/55-names.sh:1:1
     hint: rename it; to remove files, list them under \`file_rm\` in packages.yaml
   error[build/refused-path]: \`/usr/lib/fifo\`, which 55-names has left, is a device, a FIFO or a socket
     --> packages/e2e-left/build/55-names.sh:1:1
     hint: have it made at boot, by a line of tmpfiles.d(5) or a socket unit
   error[build/refused-path]: \`/usr/lib/socket\`, which 65-last has left, is a device, a FIFO or a socket
     --> packages/e2e-left/build/65-last.sh:1:1
     hint: have it made at boot, by a line of tmpfiles.d(5) or a socket unit"
  `);
});

it('refuses a name that is not UTF-8, by which nothing finds it', async () => {
  await workspace.addVariant('e2e-latin', {
    files: { 'build/35-first.sh': "mkdir /usr/share/latin\n: >/usr/share/latin/$'caf\\xe9'\n" },
  });
  expect(await errorsOf('build', 'e2e-latin')).toMatchInlineSnapshot(`
   "error[build/refused-path]: \`/usr/share/latin/caf�\`, which the build has left, has a name that is not UTF-8, or holds U+FFFD, which stands for such bytes
     hint: give it a name of UTF-8"
  `);
});

it('accepts what is removed of the layers below, and what is opaque', async () => {
  await workspace.addVariant('e2e-removes', {
    files: {
      'build/55-remove.sh': 'rm -r /usr/share/immutablue\nmkdir /usr/share/immutablue\nrm /usr/bin/whoami\n',
    },
  });
  await buildAlone(workspace, 'e2e-removes');
});

it('refuses what a dep-builder leaves there', async () => {
  await workspace.addVariant('e2e-made', {
    files: {
      'deps/Containerfile': 'FROM scratch\nCOPY Containerfile /usr/lib/.wh.os-release\nCOPY Containerfile /proc/x\n',
    },
  });
  expect(await errorsOf('deps', 'e2e-made')).toMatchInlineSnapshot(`
   "error[build/refused-path]: \`/usr/lib/.wh.os-release\`, which the dep-builder has left, would remove a file in the layers below: names with \`.wh.\` are whiteouts in an OCI layer
     --> packages/e2e-made/deps/Containerfile:1:1
     hint: rename it; to remove files, list them under \`file_rm\` in packages.yaml
   error[build/refused-path]: \`/proc/x\`, which the dep-builder has left, cannot be in the image: /proc is mounted over when the system runs
     --> packages/e2e-made/deps/Containerfile:1:1
     hint: have it made at boot: a line in /usr/lib/tmpfiles.d/<name>.conf (tmpfiles.d(5))"
  `);
});

it('says in check what packages.yaml may neither place nor remove', async () => {
  await workspace.addVariant('e2e-lists', {
    files: {
      'packages.yaml': `immutablue:
  downloads:
    all:
      - name: tool
        url: https://example.org/tool
        sha256: '${'0'.repeat(64)}'
        path: /usr/bin/.wh.bash
  file_rm:
    all:
      - /usr/lib/modules
`,
    },
  });
  expect(await errorsOf('run', 'e2e-lists:check')).toMatchInlineSnapshot(`
   "error[packages/forbidden-path]: \`/usr/bin/.wh.bash\` would remove a file in the layers below: names with \`.wh.\` are whiteouts in an OCI layer
     --> packages/e2e-lists/packages.yaml:4:9
     |
   4 |       - name: tool
     |         ^^^^^^^^^^
     hint: rename it; to remove files, list them under \`file_rm\` in packages.yaml
   error[packages/vital-path]: \`/usr/lib/modules\` cannot be removed: no image can be without it
      --> packages/e2e-lists/packages.yaml:10:9
      |
   10 |       - /usr/lib/modules
      |         ^^^^^^^^^^^^^^^^
     hint: name the files that are to go, each by its own path; packages are removed by \`rpm_rm\`"
  `);
});

it('follows links of the root filesystem before it removes or places anything', async () => {
  await workspace.addVariant('e2e-linked', {
    files: {
      'build/35-link.sh': 'ln -s /usr/lib/modules /usr/lib/innocent\nln -s usr /user\n',
      'packages.yaml': 'immutablue:\n  file_rm:\n    all:\n      - /user/lib/modules\n',
    },
  });
  expect(await errorsOf('build', 'e2e-linked')).toContain(
    'error[packages/vital-path]: `/user/lib/modules` cannot be removed: no image can be without `/usr/lib/modules`',
  );
});

it('takes an empty folder in a tree for the directory that a link of the image leads to', async () => {
  await workspace.addVariant('e2e-empty', { files: { 'artifacts/overrides/opt/.gitkeep': '' } });
  await buildAlone(workspace, 'e2e-empty');
  const { output } = await nxAlone(workspace, 'test', 'e2e-empty', '--verbose');
  expect(output).toMatch(/ok {6}overrides /);
});

it('warns of file capabilities and other attributes, which no image gets from a tree', async () => {
  await workspace.addVariant('e2e-capable', { files: { 'artifacts/overrides/usr/bin/tool': '' } });
  const file = 'packages/e2e-capable/artifacts/overrides/usr/bin/tool';
  await runCommand(['/usr/sbin/setcap', 'cap_net_raw+ep', join(workspace.root, file)]);
  const setAttribute = 'import os, sys; os.setxattr(sys.argv[1], "user.note", b"1")';
  await runCommand(['python3', '-c', setAttribute, join(workspace.root, file)]);
  const output = await buildAlone(workspace, 'e2e-capable');
  expect(output).toContain(
    `[10-copy] warning: ${file} has the extended attribute user.note, which the image does not get`,
  );
  expect(output).toContain(
    `[10-copy] warning: ${file} has file capabilities, which the image does not get; in a script build/90-post.sh: setcap cap_net_raw=ep /usr/bin/tool`,
  );
});
