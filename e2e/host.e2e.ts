import { createHash } from 'node:crypto';
import { mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '@immutablue/oci';
import { errorsIn } from './support/errors';
import { serveFiles, type FileServer } from './support/http-server';
import { createStore } from './support/store';
import { createWorkspace, imageOf, type Workspace } from './support/workspace';

function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** What the machine lacks. */
let workspace: Workspace;

beforeAll(async () => {
  workspace = await createWorkspace();
  await workspace.addVariant('e2e-teal', { files: { 'build/35-mesa.sh': 'echo mesa\n' } });
});

afterAll(() => workspace.dispose());

/** What a build of the test's variant says when it fails. */
async function errorsOfBuild(environment: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const { exitCode, output } = await workspace.nxWith(environment, 'build', 'e2e-teal', '--exclude-task-dependencies');
  expect(exitCode).toBe(1);
  return errorsIn(output);
}

describe('without buildah', () => {
  let environment: { readonly PATH: string };

  /** A directory with everything that is in PATH but buildah. */
  beforeAll(async () => {
    const directory = join(workspace.root, 'tmp', 'bin');
    await mkdir(directory, { recursive: true });
    const programs = new Map<string, string>();
    for (const path of (process.env['PATH'] ?? '').split(':').reverse()) {
      for (const name of await readdir(path).catch(() => [])) programs.set(name, join(path, name));
    }
    programs.delete('buildah');
    for (const [name, path] of programs) await symlink(path, join(directory, name));
    environment = { PATH: directory };
  });

  it('prints a plan', async () => {
    const { exitCode, output } = await workspace.nxWith(environment, 'run', 'cyan:plan');
    expect(exitCode).toBe(0);
    expect([...output.matchAll(/^(\d\d-[\w-]+)  /gm)].map(([, name]) => name)).toEqual([
      '00-pre',
      '10-copy',
      '20-add-repos',
      '30-install-packages',
      '40-uninstall-packages',
      '50-remove-files',
      '60-services',
      '90-post',
    ]);
    expect(output).toContain(
      '$ buildah from --quiet --pull-never --name $CONTAINER localhost/immutablue/immutablue:44',
    );
  });

  it('says what to install before it builds', async () => {
    const { exitCode, output } = await workspace.nxWith(
      environment,
      'build',
      'e2e-teal',
      '--exclude-task-dependencies',
    );
    expect(exitCode).toBe(1);
    expect(errorsIn(output)).toEqual([
      [
        'error[host/missing-tool]: `buildah` is not installed on this machine',
        '  hint: install it with `apt-get install buildah` or `dnf install buildah`',
      ].join('\n'),
    ]);
  });
});

describe('without disk space', () => {
  const place = () => join(workspace.root, 'tmp', 'full');

  beforeAll(async () => {
    await mkdir(place(), { recursive: true });
    await runCommand(['mount', '-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', place()]);
  });

  afterAll(() => runCommand(['umount', '--recursive', place()]));

  it.each([
    [
      'in a script',
      'dd if=/dev/zero of=/usr/lib/e2e bs=1M count=60',
      "dd: error writing '/usr/lib/e2e': No space left",
    ],
    ['at the commit', 'dd if=/dev/zero of=/usr/lib/e2e bs=1M count=16', 'no space left on device'],
  ])('fails %s, and leaves room for the next try', async (_, command, line) => {
    const store = await createStore(join(workspace.root, 'tmp', 'full-store'), join(place(), 'graph'));
    await workspace.write('packages/e2e-teal/build/35-mesa.sh', `${command}\n`);
    const errors = await errorsOfBuild(store.environment);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatch(/^error\[oci\/no-space\]: no disk space left while running `buildah (run|commit)`$/m);
    expect(errors[0]).toContain(line);
    expect(errors[0]).toContain('hint: free some space');
    expect(await store.orphans()).toEqual([]);
    expect(await store.imageId(imageOf('e2e-teal'))).toBeUndefined();
  });
});

describe('without disk space for the cache', () => {
  const cache = () => join(workspace.root, 'tmp', 'full cache');

  beforeEach(async () => {
    await mkdir(cache(), { recursive: true });
    await runCommand(['mount', '-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', cache()]);
  });

  afterEach(async () => {
    await runCommand(['umount', cache()]);
    await rm(join(workspace.root, 'packages/e2e-teal'), { recursive: true });
  });

  const LARGE = 'x'.repeat(2_000_000);
  const DOWNLOAD = `immutablue:
  downloads:
    all:
      - { name: large, url: 'SERVER/large', path: /usr/share/large, sha256: ${sha256Of(LARGE)} }
`;
  let server: FileServer;

  beforeAll(async () => {
    const served = join(workspace.root, 'tmp', 'served');
    await mkdir(served, { recursive: true });
    await writeFile(join(served, 'large'), LARGE);
    server = await serveFiles(served);
  });

  afterAll(() => server.close());

  it.each([
    ['the snapshot of overrides', { 'artifacts/overrides/usr/share/large': LARGE }, 0],
    ['the snapshot of what a script sees', { 'build/35-mesa.sh': 'true\n', large: LARGE }, 0],
    ['packages', { 'packages.yaml': 'immutablue:\n  rpm:\n    all: [tmux]\n' }, 1_000_000],
    ['a download', { 'packages.yaml': DOWNLOAD }, 0],
  ])('names its folder when there is no room for %s', async (_, files, taken) => {
    const written = Object.entries(files).map(([path, text]) => [path, text.replace('SERVER', server.url)]);
    await workspace.addVariant('e2e-teal', { files: Object.fromEntries(written) as Record<string, string> });
    await writeFile(join(cache(), 'other'), Buffer.alloc(taken)).catch((error: unknown) => {
      expect(error).toMatchObject({ code: 'ENOSPC' });
    });
    const errors = await errorsOfBuild({ IMMUTABLUE_CACHE_DIR: cache() });
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatch(/^error\[oci\/no-space\]: no disk space left for .*full cache/);
    expect(await workspace.store.orphans()).toEqual([]);
    // Nothing that is damaged is taken for whole by the next build.
    await rm(join(cache(), 'other'), { force: true });
    await runCommand(['mount', '-o', 'remount,size=100m', cache()]);
    expect(
      await workspace.nxWith({ IMMUTABLUE_CACHE_DIR: cache() }, 'build', 'e2e-teal', '--exclude-task-dependencies'),
    ).toMatchObject({ exitCode: 0 });
  });
});
