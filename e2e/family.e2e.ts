import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, symlink, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLabContext, startRegistry, type Registry } from '@immutablue/lab';
import { runCommand } from '@immutablue/oci';
import { createWorkspace, imageOf, type Workspace } from './support/workspace';

/** The main job on the real family: cyan on base, then a variant of one's own on cyan, then a registry. */
const BASE = imageOf('immutablue');
const CYAN = imageOf('immutablue-cyan');
const TEAL = imageOf('immutablue-teal');

let workspace: Workspace;
let container: string;

beforeAll(async () => {
  workspace = await createWorkspace();
  const { exitCode, output } = await workspace.nx('build', 'cyan', '--outputStyle=stream');
  if (exitCode !== 0) throw new Error(output);
  container = await workspace.store.run('buildah', 'from', '--pull-never', CYAN);
}, 300_000);

afterAll(async () => {
  await workspace.dispose();
});

interface Inspected {
  readonly Digest: string;
  readonly Labels: Record<string, string>;
  readonly Layers: string[];
}

async function inspect(...argv: [string, ...string[]]): Promise<Inspected> {
  return JSON.parse(await workspace.store.run('skopeo', 'inspect', ...argv)) as Inspected;
}

function inContainer(...command: [string, ...string[]]): Promise<string> {
  return workspace.store.run('buildah', 'run', '--isolation', 'chroot', container, '--', ...command);
}

describe('the image of cyan', () => {
  it('is there beside that of base, under its name', async () => {
    const names = await workspace.store.run('buildah', 'images', '--noheading', '--format', '{{.Name}}:{{.Tag}}');
    expect(names.split('\n')).toEqual(expect.arrayContaining([BASE, CYAN]));
  });

  it('has labels that say what it is and what it stands on', async () => {
    const [base, cyan] = [await inspect(`containers-storage:${BASE}`), await inspect(`containers-storage:${CYAN}`)];
    expect(cyan.Labels).toMatchObject({
      'containers.bootc': '1',
      'org.opencontainers.image.title': 'immutablue-cyan',
      'org.opencontainers.image.version': '44',
      'org.opencontainers.image.base.name': BASE,
      'org.opencontainers.image.base.digest': base.Digest,
      'io.immutablue.variant': 'cyan',
      'io.immutablue.options': 'gui,silverblue,cyan',
      'io.immutablue.release': '44',
      'io.immutablue.upstream': 'lab',
      'io.immutablue.build-key': expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  it("begins with base's layers and adds at most two", async () => {
    const [base, cyan] = [await inspect(`containers-storage:${BASE}`), await inspect(`containers-storage:${CYAN}`)];
    expect(cyan.Layers.slice(0, base.Layers.length)).toEqual(base.Layers);
    expect(cyan.Layers.length - base.Layers.length).toBeGreaterThan(0);
    expect(cyan.Layers.length - base.Layers.length).toBeLessThanOrEqual(2);
  });

  it('names its build options, its own last', async () => {
    expect(await inContainer('cat', '/usr/immutablue/build_options')).toBe('gui,silverblue,cyan');
  });

  it.each([
    ['tmux', '-V', /^tmux \d/],
    ['git', '--version', /^git version \d/],
    ['nvim', '--version', /^NVIM v\d/],
  ])('has a %s that runs', async (program, flag, expected) => {
    expect(await inContainer(program, flag)).toMatch(expected);
  });

  it.each([
    ['base', '/usr/lib/sysctl.d/60-immutablue.conf'],
    ['cyan', '/etc/modprobe.d/immutablue-nvidia.conf'],
  ])('has the override of %s as it is in the tree: %s', async (variant, path) => {
    const content = await readFile(join(workspace.root, 'packages', variant, 'artifacts/overrides', path));
    const [sum] = (await inContainer('sha256sum', path)).split(' ');
    expect(sum).toBe(createHash('sha256').update(content).digest('hex'));
  });

  it('passes its own test', async () => {
    const { exitCode, output } = await workspace.nx('test', 'cyan');
    expect(output).toMatch(/immutablue-cyan:44: \d+ passed, 0 failed/);
    expect(exitCode).toBe(0);
  });
});

it('prints the eight sub-stages of a plan on a machine without buildah', async () => {
  const programs = await mkdtemp(join(tmpdir(), 'immutablue-programs-'));
  try {
    for (const name of ['node', 'git', 'sh']) {
      const { stdout } = await runCommand(['sh', '-c', 'command -v -- "$1"', 'sh', name]);
      await symlink(stdout, join(programs, name));
    }
    const { exitCode, output } = await workspace.nxWith({ PATH: programs }, 'run', 'cyan:plan');
    expect(exitCode).toBe(0);
    expect(output.match(/^\d\d-\S+/gm)).toEqual([
      '00-pre',
      '10-copy',
      '20-add-repos',
      '30-install-packages',
      '40-uninstall-packages',
      '50-remove-files',
      '60-services',
      '90-post',
    ]);
  } finally {
    await rm(programs, { recursive: true });
  }
});

describe('a variant from the generator', () => {
  beforeAll(async () => {
    const { exitCode, output } = await workspace.nx(
      ...['g', '@immutablue/nx:variant', 'teal', '--from', 'cyan', '--description', 'Of a test', '--no-interactive'],
    );
    if (exitCode !== 0) throw new Error(output);
  });

  it('builds on its parent without another edit', async () => {
    const { exitCode, output } = await workspace.nx('build', 'teal');
    expect([exitCode, exitCode === 0 ? '' : output]).toEqual([0, '']);
    const [cyan, teal] = [await inspect(`containers-storage:${CYAN}`), await inspect(`containers-storage:${TEAL}`)];
    expect(teal.Layers.slice(0, cyan.Layers.length)).toEqual(cyan.Layers);
    expect(teal.Labels['io.immutablue.options']).toBe('gui,silverblue,cyan,teal');
  });

  it.each([
    ['packages/base/packages.yaml', ['asahi', 'base', 'cyan', 'kuberblue', 'nucleus', 'teal', 'trueblue']],
    ['packages/cyan/packages.yaml', ['cyan', 'teal']],
    ['packages/teal/packages.yaml', ['teal']],
  ])('is affected as it should be by %s', async (file, expected) => {
    const { output } = await workspace.nx('show', 'projects', '--affected', `--files=${file}`);
    expect(output.trim().split('\n').sort()).toEqual(expected);
  });

  it('is refused a second time, before anything is written', async () => {
    const { exitCode, output } = await workspace.nx(
      ...['g', '@immutablue/nx:variant', 'teal', '--from', 'cyan', '--description', 'Again', '--no-interactive'],
    );
    expect(exitCode).not.toBe(0);
    expect(output).toContain('error[generator/name-taken]');
  });
});

describe('push', () => {
  let directory: string;
  let registry: Registry;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'immutablue-registry-'));
    await mkdir(join(directory, 'images'));
    const context = createLabContext({ workspaceRoot: workspace.root });
    registry = await startRegistry(context, { directory: join(directory, 'images') });
  }, 60_000);
  afterAll(async () => {
    await registry.stop();
    await rm(directory, { recursive: true });
  });

  it("puts the image with its parents' layers into a registry, by digest", async () => {
    const { exitCode, output } = await workspace.nx('run', 'cyan:push', `--registry=${registry.address}/family`);
    expect([exitCode, exitCode === 0 ? '' : output]).toEqual([0, '']);
    const digest = /^pushed (\S+)@(sha256:[0-9a-f]{64})$/m.exec(output)?.[2];
    const pushed = await inspect('--tls-verify=false', `docker://${registry.address}/family/immutablue-cyan:44`);
    expect(digest).toBe(pushed.Digest);
    expect(pushed.Layers).toHaveLength((await inspect(`containers-storage:${CYAN}`)).Layers.length);
    await inspect('--tls-verify=false', `docker://${registry.address}/family/immutablue-cyan@${digest ?? ''}`);
  });

  it.each(['quay.io/somebody', 'registry.example.org:5000/a'])(
    'does not put an image of the lab on %s',
    async (target) => {
      const { exitCode, output } = await workspace.nx('run', 'cyan:push', `--registry=${target}`);
      expect(exitCode).not.toBe(0);
      expect(output).toContain('error[push/not-loopback]');
      expect(output).not.toContain('pushing ');
    },
  );

  it('says what to do when there is no registry', async () => {
    const { exitCode, output } = await workspace.nx('run', 'cyan:push', '--registry=127.0.0.1:9/family');
    expect(exitCode).not.toBe(0);
    expect(output).toContain('error[oci/registry-refused]');
    expect(output).toContain('is the registry `127.0.0.1:9` running and reachable?');
  });
});
