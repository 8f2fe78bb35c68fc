import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorsIn } from './support/errors';
import { serveFiles, type FileServer } from './support/http-server';
import { outputIn } from './support/output-in';
import { createPackager, type Packager, type TestPackage } from './support/signed-packages';
import { createWorkspace, imageOf, type Workspace } from './support/workspace';

const NAME = 'e2e-locked';
const LOCK = `packages/${NAME}/packages.lock.yaml`;
const IMAGE = imageOf(NAME);

/** The repository on the day of the lock, and later. */
const FIRST: readonly TestPackage[] = [
  { name: 'e2e-tool', version: '1.0', requires: ['e2e-library'] },
  { name: 'e2e-library', version: '1.0' },
  { name: 'e2e-single', version: '1.0' },
];
const LATER: readonly TestPackage[] = [
  { name: 'e2e-tool', version: '1.1', requires: ['e2e-library', 'e2e-new'] },
  { name: 'e2e-new', version: '3' },
];

let workspace: Workspace;
let server: FileServer;
let packager: Packager;
let rpms: string;

beforeAll(async () => {
  workspace = await createWorkspace();
  const served = join(workspace.root, 'tmp', 'served');
  rpms = join(served, 'rpms');
  packager = await createPackager(join(workspace.root, 'tmp', 'packager'));
  await packager.publish(rpms, FIRST);
  server = await serveFiles(served);
  await writeFile(join(served, 'key.asc'), packager.publicKey);
  const lines = ['[e2e]', 'name=e2e', `baseurl=${server.url}/rpms`, 'gpgcheck=1', `gpgkey=${server.url}/key.asc`, ''];
  await writeFile(join(served, 'e2e.repo'), lines.join('\n'));
  await workspace.addVariant(NAME, { files: { 'packages.yaml': packagesYaml('e2e-tool') } });
  await workspace.commit();
});

afterAll(async () => {
  await server.close();
  await workspace.dispose();
});

function packagesYaml(...names: readonly string[]): string {
  return [
    'immutablue:',
    '  repo_urls:',
    `    all: [{name: e2e.repo, url: ${server.url}/e2e.repo}]`,
    '  rpm:',
    '    all:',
    ...names.map((name) => `      - ${name}`),
    '  rpm_post_url:',
    `    all: [${server.url}/rpms/e2e-single-1.0-1.noarch.rpm]`,
    '',
  ].join('\n');
}

/** Without the lab's own task, which would make a stand-in for every package that is asked for. */
const run = (...args: readonly string[]) => workspace.nx(...args, '--exclude-task-dependencies');
const readLock = () => readFile(join(workspace.root, LOCK), 'utf8');

/** The test's own packages in the image. */
async function installed(): Promise<string[]> {
  const query = ['rpm', '-qa', '--queryformat', '%{NAME} %{VERSION}\\n', 'e2e-*'];
  return (await outputIn(workspace.store, IMAGE, query)).split('\n').sort();
}

const AS_LOCKED = ['e2e-library 1.0', 'e2e-single 1.0', 'e2e-tool 1.0'];

it('locks what the package manager would install, dependencies and single RPMs too', async () => {
  const { exitCode, output } = await run('run', `${NAME}:lock`);
  expect([exitCode, output]).toEqual([0, expect.stringContaining(`locked ${NAME} (lab, 44, x86_64): 3 packages`)]);
  const lock = await readLock();
  expect(lock).toMatch(/^lab:\n {2}'44':\n {4}x86_64:\n {6}rpm:$/m);
  for (const name of ['library', 'tool']) {
    expect(lock).toMatch(
      new RegExp(
        `- \\{ name: e2e-${name}, epoch: 0, version: '1.0', release: '1', arch: noarch, repository: e2e, checksum: sha256:[0-9a-f]{64} \\}`,
      ),
    );
  }
  expect(lock).toContain(`url: ${server.url}/rpms/e2e-single-1.0-1.noarch.rpm, checksum: sha256:`);
  expect(await workspace.store.orphans()).toEqual([]);
});

it('builds exactly what is locked, and says that the lock is current', async () => {
  const { exitCode, output } = await run('build', NAME);
  expect([exitCode, output]).toEqual([0, expect.stringContaining('install 1 package, as locked')]);
  expect(await installed()).toEqual(AS_LOCKED);
  const check = await run('run', `${NAME}:lock`, '--check');
  expect([check.exitCode, check.output]).toEqual([0, expect.stringContaining('is current: 3 packages')]);
  await workspace.store.run('buildah', 'tag', IMAGE, imageOf('e2e-before'));
});

it('takes a comment in the lock, or another order, for no change', async () => {
  const lock = await readLock();
  const [first = '', second = ''] = lock.split('\n').filter((line) => line.includes('repository: e2e'));
  await workspace.write(LOCK, `# why\n${lock.replace(first, '@').replace(second, first).replace('@', second)}`);
  const { exitCode, output } = await run('build', NAME);
  expect([exitCode, output]).toEqual([0, expect.stringContaining(`> nx run ${NAME}:build:lab  [local cache]`)]);
  await workspace.write(LOCK, lock);
});

it('says what is newer, and builds what is locked all the same', async () => {
  await packager.publish(rpms, LATER);
  const before = await readLock();
  const check = await run('run', `${NAME}:lock`, '--check');
  expect(check.exitCode).toBe(1);
  expect(errorsIn(check.output)).toEqual([
    [
      `error[lock/outdated]: the repositories have other packages than the lock of ${NAME} (lab, 44, x86_64)`,
      '  | e2e-tool 1.0 → 1.1',
      '  | added e2e-new 3-1',
      `  hint: take them: \`npx nx run ${NAME}:lock\``,
    ].join('\n'),
  ]);
  expect(await readLock()).toBe(before);
  // Fetched by its exact version: the shared store is empty.
  await rm(join(workspace.cacheDirectory, 'rpms'), { recursive: true });
  const { exitCode, output } = await run('build', NAME, '--clean', '--skip-nx-cache');
  expect([exitCode, output]).toEqual([0, expect.stringContaining('fetching 2 of 2 locked packages')]);
  expect(await installed()).toEqual(AS_LOCKED);
});

it('needs no repository for what was fetched before', async () => {
  await rm(join(rpms, 'repodata'), { recursive: true });
  const { exitCode, output } = await run('build', NAME, '--clean', '--skip-nx-cache');
  expect([exitCode, output]).toEqual([0, expect.not.stringContaining('fetching')]);
  expect(await installed()).toEqual(AS_LOCKED);
  await packager.publish(rpms, []);
});

it('refuses another file of the same name and version', async () => {
  await packager.publish(rpms, [{ name: 'e2e-library', version: '1.0', content: 'rebuilt' }]);
  await rm(join(workspace.cacheDirectory, 'rpms'), { recursive: true });
  const { exitCode, output } = await run('build', NAME, '--clean', '--skip-nx-cache');
  expect(exitCode).toBe(1);
  const [error = ''] = errorsIn(output);
  expect(error).toContain('error[build/wrong-checksum]: `e2e-library-0:1.0-1.noarch` is another file than the one');
  expect(error).toMatch(new RegExp(`--> ${LOCK}:\\d+:13\n`));
});

it('says which locked package no repository has any more', async () => {
  await rm(join(rpms, 'e2e-tool-1.0-1.noarch.rpm'));
  await rm(join(workspace.cacheDirectory, 'rpms'), { recursive: true });
  await packager.publish(rpms, []);
  const { exitCode, output } = await run('build', NAME, '--clean', '--skip-nx-cache');
  expect(exitCode).toBe(1);
  const [error = ''] = errorsIn(output);
  expect(error).toContain('error[lock/package-gone]: no repository has `e2e-tool-0:1.0-1.noarch` any more');
  expect(error).toContain(`hint: lock what the repositories have now: \`npx nx run ${NAME}:lock\``);
});

it('takes what the repositories have now, and tells what changed', async () => {
  await workspace.commit();
  expect((await run('run', `${NAME}:changes`)).output).toContain('nothing has changed');
  const lock = await run('run', `${NAME}:lock`);
  expect([lock.exitCode, lock.output]).toEqual([0, expect.stringContaining('4 packages')]);
  const changes = [
    'e2e-tool 1.0 → 1.1',
    'rebuilt e2e-library 1.0-1: the same version with other content',
    'added e2e-new 3-1',
  ];
  const { output } = await run('run', `${NAME}:changes`);
  expect(output).toContain(['lab 44 x86_64', ...changes.map((line) => `  ${line}`)].join('\n'));

  expect((await run('build', NAME)).exitCode).toBe(0);
  expect(await installed()).toEqual(['e2e-library 1.0', 'e2e-new 3', 'e2e-single 1.0', 'e2e-tool 1.1']);
  const images = await run('run', `${NAME}:diff`, `--ref=${imageOf('e2e-before')}`);
  expect(images.output).toContain(
    ['packages: 1 upgraded, 1 added', '  upgraded  e2e-tool  1.0 → 1.1', '  added     e2e-new   3-1'].join('\n'),
  );
  const json = await run('run', `${NAME}:changes`, '--json');
  const { builds } = JSON.parse(json.output.slice(json.output.indexOf('{'), json.output.lastIndexOf('}') + 1)) as {
    builds: { changes: { kind: string; name: string }[] }[];
  };
  expect(builds[0]?.changes.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
    'rebuilt e2e-library',
    'added e2e-new',
    'changed e2e-tool',
  ]);
  expect(await workspace.store.orphans()).toEqual([]);
});

it('installs no dependency that is not locked', async () => {
  const lock = await readLock();
  await workspace.write(LOCK, lock.replace(/^.*name: e2e-new,.*\n/m, ''));
  const { exitCode, output } = await run('build', NAME);
  expect(exitCode).toBe(1);
  const [error = ''] = errorsIn(output);
  expect(error).toContain('error[lock/incomplete]: `e2e-tool-1.1-1.noarch` needs `e2e-new`, which is not in the lock');
  expect(error).toMatch(new RegExp(`--> ${LOCK}:\\d+:13\n`));
  await workspace.write(LOCK, lock);
});

it('does nothing when the lock does not fit packages.yaml, and says which entries', async () => {
  await workspace.write(`packages/${NAME}/packages.yaml`, packagesYaml('e2e-other'));
  const { exitCode, output } = await run('build', NAME);
  expect(exitCode).toBe(1);
  const hint = `  hint: lock it again: \`npx nx run ${NAME}:lock\``;
  const [errors = ''] = errorsIn(output);
  expect(errors).toContain(
    [
      'error[lock/does-not-fit]: `e2e-other` is not in the lock for 44, x86_64, lab',
      `  --> packages/${NAME}/packages.yaml:6:9`,
      '  |',
      '6 |       - e2e-other',
      '  |         ^^^^^^^^^',
      hint,
    ].join('\n'),
  );
  expect(errors).toContain(
    'error[lock/does-not-fit]: `e2e-tool` is in the lock for 44, x86_64, lab, and `rpm` of packages.yaml does not have it',
  );
  expect(errors).toMatch(new RegExp(`--> ${LOCK}:\\d+:13\n`));
  expect(output).not.toContain('00-pre');
  // A build of another release has no lock.
  expect((await run('run', `${NAME}:plan`, '-c', 'f43')).exitCode).toBe(0);
});

it('locks no unsigned package', async () => {
  await mkdir(join(workspace.root, 'tmp', 'other'), { recursive: true });
  const other = await createPackager(join(workspace.root, 'tmp', 'other'));
  await other.publish(rpms, [{ name: 'e2e-other', version: '1' }]);
  const before = await readLock();
  const { exitCode, output } = await run('run', `${NAME}:lock`);
  expect(exitCode).toBe(1);
  expect(errorsIn(output)[0]).toContain('error[build/not-signed]: the package `e2e-other');
  expect(await readLock()).toBe(before);
  expect(await workspace.store.orphans()).toEqual([]);
});
