import { cp, mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand, type Argv } from '@immutablue/oci';
import { errorsIn } from './support/errors';
import { start, type Program } from './support/program';
import { makeTinyRoot, TINY, TINY_IMAGE } from './support/tiny-image';
import { createWorkspace, imageOf, type Workspace } from './support/workspace';

/** An ordinary user builds: made for this test, with a store of their own. Only root can make users. */
const withRoot = process.getuid?.() === 0 ? describe : describe.skip;

withRoot('an ordinary user', () => {
  const user = `e2e-${process.pid}`;
  const home = `/home/${user}`;
  let workspace: Workspace;
  let environment: Readonly<Record<string, string>>;

  const as = (...argv: Argv): Argv => ['runuser', '--user', user, '--', ...argv];
  const run = async (...argv: Argv) =>
    (await runCommand(['env', '--ignore-environment', ...variables(), ...as(...argv)], { cwd: workspace.root })).stdout;
  const variables = () => Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  const nx = (...args: string[]): Program =>
    start(as(process.execPath, 'node_modules/nx/dist/bin/nx.js', ...args, '--exclude-task-dependencies'), {
      cwd: workspace.root,
      environment,
    });

  beforeAll(async () => {
    await runCommand(['useradd', '--create-home', '--home-dir', home, user]);
    workspace = await createWorkspace('copied');
    const common = Object.entries(workspace.environment).filter(([name]) => name !== 'CONTAINERS_STORAGE_CONF');
    // Without it buildah puts what it keeps while it runs into /tmp, for good.
    const runtime = join(workspace.root, '..', 'runtime');
    await mkdir(runtime, { mode: 0o700 });
    environment = { ...Object.fromEntries(common), HOME: home, USER: user, XDG_RUNTIME_DIR: runtime };

    const tiny = join(workspace.root, 'tmp', 'tiny');
    await makeTinyRoot(tiny);
    // The lab of the user who runs the tests is out of this user's reach: what a build reads of it is copied.
    const metadata = join('.immutablue/lab/repository', 'rpms', 'repodata');
    await cp(join(workspace.root, metadata), join(workspace.root, 'tmp', 'repodata'), { recursive: true });
    await rm(join(workspace.root, '.immutablue/lab/repository'));
    await mkdir(join(workspace.root, metadata, '..'), { recursive: true });
    await cp(join(workspace.root, 'tmp', 'repodata'), join(workspace.root, metadata), { recursive: true });
    await workspace.addVariant('e2e-teal', {
      from: TINY,
      files: {
        'build/35-mesa.sh': '# reads: /etc/nsswitch.conf\nid --user\n',
        'artifacts/overrides/usr/share/e2e/file': 'teal\n',
      },
    });
    await runCommand(['chown', '--recursive', '--no-dereference', `${user}:`, join(workspace.root, '..')]);
    const container = await run('buildah', 'from', 'scratch');
    await run('buildah', 'copy', '--quiet', container, tiny, '/');
    await run('buildah', 'commit', '--quiet', '--rm', container, TINY_IMAGE);
  });

  afterAll(async () => {
    const { stdout: id } = await runCommand(['id', '--user', user]);
    await workspace.dispose();
    await runCommand(['userdel', '--remove', user]);
    // Where buildah puts what it keeps while it runs when the user's own directory for that is gone.
    for (const name of [`containers-user-${id}`, `podman-run-${id}`]) {
      await rm(join(tmpdir(), name), { recursive: true, force: true });
    }
  });

  it('traces what scripts read', async () => {
    const { exitCode, output } = await nx('run', 'e2e-teal:reads').outcome;
    expect({ exitCode, output: exitCode === 0 ? '' : output }).toEqual({ exitCode: 0, output: '' });
    expect(output).toContain('packages/e2e-teal/build/35-mesa.sh: reads what its header names, and nothing else');
  });

  it('builds and tests an image', async () => {
    const build = await nx('build', 'e2e-teal', '--verbose').outcome;
    expect({ exitCode: build.exitCode, output: build.exitCode === 0 ? '' : build.output }).toEqual({
      exitCode: 0,
      output: '',
    });
    expect(build.output).toMatch(/^\[35-mesa\] {3}\| 0$/m);
    expect(await run('buildah', 'images', '--quiet', imageOf('e2e-teal'))).toMatch(/^[0-9a-f]{12}$/);
    expect(await run('buildah', 'containers', '--quiet')).toBe('');

    const test = await nx('test', 'e2e-teal').outcome;
    expect(test.output).toMatch(/e2e-teal:44: \d+ passed, 0 failed/);
  });

  it('builds an image again that was removed', async () => {
    await run('buildah', 'rmi', imageOf('e2e-teal'));
    const { output } = await nx('build', 'e2e-teal').outcome;
    expect(output).toContain(`built ${imageOf('e2e-teal')}`);
    expect(await run('buildah', 'images', '--quiet', imageOf('e2e-teal'))).toMatch(/^[0-9a-f]{12}$/);
  });

  it('removes images that nothing asks for', async () => {
    const before = await run('buildah', 'images', '--quiet', '--no-trunc', imageOf('e2e-teal'));
    await workspace.write('packages/e2e-teal/build/35-mesa.sh', 'id --user >/usr/share/e2e-edit\n');
    expect((await nx('build', 'e2e-teal').outcome).exitCode).toBe(0);
    const { output } = await nx('run', 'images:gc', '--disk-size=0 B').outcome;
    expect(output).toContain(`removed e2e-teal ${before.replace('sha256:', '').slice(0, 12)} `);
    expect(await run('buildah', 'images', '--all', '--quiet', '--no-trunc')).not.toContain(before);
    const again = await nx('build', 'e2e-teal').outcome;
    expect(again.output).toContain('Nx read the output from the cache');
  });

  it('is told how to boot an image without root', async () => {
    const { exitCode, output } = await nx('boot', 'e2e-teal').outcome;
    expect(exitCode).not.toBe(0);
    expect(output).toContain('error[host/not-root]: systemd-nspawn boots an image as root only');
    expect(output).toContain('`npx nx boot e2e-teal --vm`');
  });

  it('stops at Ctrl-C and leaves nothing behind', async () => {
    await workspace.write('packages/e2e-teal/build/35-mesa.sh', 'echo notice: it begins\nsleep 600\n');
    const program = nx('build', 'e2e-teal');
    await program.says(/it begins$/m);
    program.signalGroup('SIGINT');
    expect((await program.outcome).exitCode).not.toBe(0);
    expect(await run('buildah', 'containers', '--quiet')).toBe('');
  });

  it('is told when they have no subordinate IDs', async () => {
    const range = /:(\d+):(\d+)$/.exec(await run('grep', `^${user}:`, '/etc/subuid'));
    const [first, count] = [Number(range?.[1]), Number(range?.[2])];
    await runCommand(['usermod', '--del-subuids', `${first}-${first + count - 1}`, user]);
    const { exitCode, output } = await nx('build', 'e2e-teal').outcome;
    expect(exitCode).toBe(1);
    expect(errorsIn(output)).toEqual([
      [
        `error[host/no-subordinate-ids]: user \`${user}\` has no subordinate IDs in /etc/subuid: images cannot be built without root`,
        `  hint: as root: \`usermod --add-subuids 100000-165535 --add-subgids 100000-165535 ${user}\`, or build as root`,
      ].join('\n'),
    ]);
  });
});
