import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errorsIn } from './support/errors';
import { makeTinyRoot, TINY, TINY_IMAGE } from './support/tiny-image';
import { createWorkspace, type Workspace } from './support/workspace';

/** `nx run VARIANT:reads`: what scripts read, and what their headers say of it. */
let workspace: Workspace;

const FILES = {
  '/etc/declared/file': 'declared\n',
  '/etc/beyond': 'beyond\n',
  '/etc/declared.conf': 'beside what is declared\n',
  '/usr/share/e2e/list/one': 'one\n',
  '/usr/share/e2e/helpers.sh': 'helped=yes\n',
} as const;

beforeAll(async () => {
  workspace = await createWorkspace();
  const { run } = workspace.store;
  const root = join(workspace.root, 'tmp', 'tiny');
  await makeTinyRoot(root);
  for (const [path, text] of Object.entries(FILES)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  const container = await run('buildah', 'from', 'scratch');
  await run('buildah', 'copy', '--quiet', container, root, '/');
  await run('buildah', 'commit', '--quiet', '--rm', container, TINY_IMAGE);
  await workspace.addVariant('e2e-teal', { from: TINY, files: { 'artifacts/overrides/usr/share/e2e/own': 'own\n' } });
});

afterAll(async () => {
  expect(await workspace.store.orphans()).toEqual([]);
  expect((await readdir(workspace.environment['TMPDIR'] ?? '')).filter((name) => name.includes('trace'))).toEqual([]);
  await workspace.dispose();
});

const script = (name: string, ...lines: readonly string[]) =>
  workspace.write(`packages/e2e-teal/build/${name}`, `#!/usr/bin/env bash\n${lines.join('\n')}\n`);

const check = () => workspace.nx('run', 'e2e-teal:reads', '--exclude-task-dependencies');

const BEYOND = [
  'cat /etc/beyond /etc/declared/file >/usr/share/e2e/copied',
  'cat /usr/share/e2e/copied /usr/share/e2e/own',
  'if [[ -f /etc/none ]]; then cat /etc/none; fi',
  'for file in /usr/share/e2e/list/*; do echo "${file}"; done',
  'source /usr/share/e2e/helpers.sh',
  '(cd /etc && while read -r line; do echo "${line}"; done <declared.conf)',
];

it('is content with scripts that read what their headers name, what they have written, and what was built before', async () => {
  await script('45-early.sh', '# reads: /etc/declared', 'cat /etc/declared/file >/usr/share/e2e/early');
  await script(
    '55-late.sh',
    '# reads: /etc/declared /etc/new',
    'cat /usr/share/e2e/early /etc/declared/file >/etc/new',
    'cat /etc/new',
  );
  await script('60-services.sh', 'cat /etc/beyond');
  const { exitCode, output } = await check();
  expect({ exitCode, output: exitCode === 0 ? '' : output }).toEqual({ exitCode: 0, output: '' });
  expect(output.split('\n').filter((line) => line.startsWith('packages/'))).toEqual([
    'packages/e2e-teal/build/45-early.sh: reads what its header names, and nothing else',
    'packages/e2e-teal/build/55-late.sh: reads what its header names, and nothing else',
    'packages/e2e-teal/build/60-services.sh: no header: everything counts as read',
  ]);
});

it('names what a script reads beyond its header, at the header, with what the header lacks', async () => {
  await script('55-late.sh', '# Why it is there.', '# reads: /etc/declared', ...BEYOND);
  const { exitCode, output } = await check();
  expect(exitCode).toBe(1);
  expect(errorsIn(output)).toEqual([
    [
      'error[script/reads-beyond-header]: `e2e-teal/build/55-late.sh` reads 5 paths that its header `# reads:` does not name',
      '  --> packages/e2e-teal/build/55-late.sh:3:1',
      '  |',
      '3 | # reads: /etc/declared',
      '  | ^',
      '  | /etc: beyond, declared.conf, none (not there)',
      '  | /usr/share/e2e: helpers.sh',
      '  | /usr/share/e2e/list: its names',
      '  hint: add what decides what the script does: ' +
        '`# reads: /etc/beyond /etc/declared.conf /etc/none /usr/share/e2e/helpers.sh /usr/share/e2e/list`',
    ].join('\n'),
  ]);
});

it('is content when the header has it', async () => {
  const places = '# reads: /etc/beyond /etc/declared.conf /etc/none /usr/share/e2e/helpers.sh /usr/share/e2e/list';
  await script('55-late.sh', '# reads: /etc/declared', places, ...BEYOND);
  expect(await check()).toMatchObject({ exitCode: 0 });
});

it('says what to install without strace', async () => {
  const directory = join(workspace.root, 'tmp', 'bin');
  await mkdir(directory, { recursive: true });
  const programs = new Map<string, string>();
  for (const path of (process.env['PATH'] ?? '').split(':').reverse()) {
    for (const name of await readdir(path).catch(() => [])) programs.set(name, join(path, name));
  }
  programs.delete('strace');
  for (const [name, path] of programs) await symlink(path, join(directory, name));
  const flags = ['--exclude-task-dependencies', '--skip-nx-cache'];
  const { exitCode, output } = await workspace.nxWith({ PATH: directory }, 'run', 'e2e-teal:reads', ...flags);
  expect(exitCode).toBe(1);
  expect(errorsIn(output)).toEqual([
    [
      'error[host/missing-tool]: `strace` is not installed on this machine',
      '  hint: install it with `apt-get install strace` or `dnf install strace`',
    ].join('\n'),
  ]);
});
