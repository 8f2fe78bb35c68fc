import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { runInContainer } from '@immutablue/oci';
import { outputOf } from './support/program';
import { createWorkspace, imageOf, type Workspace } from './support/workspace';

/** The main job on the real family: cyan on base; then a variant of one's own on cyan. */
const BASE = imageOf('immutablue');
const CYAN = imageOf('immutablue-cyan');
const TEAL = imageOf('immutablue-teal');

let workspace: Workspace;

beforeAll(async () => {
  workspace = await createWorkspace();
  outputOf(await workspace.nx('build', 'cyan'));
});

afterAll(() => workspace.dispose());

interface Inspected {
  readonly Digest: string;
  readonly Labels: Readonly<Record<string, string>>;
  readonly Layers: readonly string[];
}

async function inspect(image: string): Promise<Inspected> {
  return JSON.parse(await workspace.store.run('skopeo', 'inspect', `containers-storage:${image}`)) as Inspected;
}

describe('the image of cyan', () => {
  const container = 'e2e-look';

  beforeAll(() => workspace.store.run('buildah', 'from', '--pull-never', '--name', container, CYAN));

  afterAll(async () => {
    await workspace.store.run('buildah', 'rm', container);
    expect(await workspace.store.orphans()).toEqual([]);
  });

  async function inContainer(...command: string[]): Promise<string> {
    return (await runInContainer({ container, command }, { environment: workspace.store.environment })).stdout;
  }

  it('is there beside that of base, under its name', async () => {
    const names = await workspace.store.run('buildah', 'images', '--noheading', '--format', '{{.Name}}:{{.Tag}}');
    expect(names.split('\n')).toEqual(expect.arrayContaining([BASE, CYAN]));
  });

  it('has labels that say what it is and what it stands on', async () => {
    const [base, cyan] = [await inspect(BASE), await inspect(CYAN)];
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
    const [base, cyan] = [await inspect(BASE), await inspect(CYAN)];
    expect(cyan.Layers.slice(0, base.Layers.length)).toEqual(base.Layers);
    expect(cyan.Layers.length - base.Layers.length).toBeGreaterThan(0);
    expect(cyan.Layers.length - base.Layers.length).toBeLessThanOrEqual(2);
  });

  it('is what the record of the build says', async () => {
    const record = JSON.parse(await readFile(join(workspace.root, 'packages/cyan/dist/image.json'), 'utf8')) as unknown;
    expect(record).toMatchObject({
      variant: 'cyan',
      reference: CYAN,
      imageId: await workspace.store.imageId(CYAN),
      digest: (await inspect(CYAN)).Digest,
      parent: { variant: 'base', reference: BASE, imageId: await workspace.store.imageId(BASE) },
      options: ['gui', 'silverblue', 'cyan'],
    });
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

  it('has the kernel modules that the dep-builder made, for its kernel', async () => {
    const kernel = await inContainer('ls', '/usr/lib/modules');
    const vermagic = await inContainer('modinfo', '--set-version', kernel, '--field', 'vermagic', 'nvidia');
    expect(vermagic.split(' ')[0]).toBe(kernel);
  });

  it.each(['base', 'cyan'])('has every override of %s as it is in the tree', async (variant) => {
    const tree = join(workspace.root, 'packages', variant, 'artifacts/overrides');
    const files = (await readdir(tree, { withFileTypes: true, recursive: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    expect(files).not.toHaveLength(0);
    const sums = await Promise.all(files.map(async (file) => sha256(await readFile(file))));
    const paths = files.map((file) => `/${relative(tree, file)}`);
    const printed = await inContainer('sha256sum', ...paths);
    expect(printed.split('\n')).toEqual(paths.map((path, index) => `${sums[index] ?? ''}  ${path}`));
  });

  it('passes its own test', async () => {
    const { exitCode, output } = await workspace.nx('test', 'cyan');
    expect(output).toMatch(/immutablue-cyan:44: \d+ passed, 0 failed/);
    expect(exitCode).toBe(0);
  });
});

function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

describe('a variant from the generator', () => {
  const generate = (description: string) =>
    workspace.nx(
      ...['g', '@immutablue/nx:variant', 'teal', '--from', 'cyan', '--description', description, '--no-interactive'],
    );

  beforeAll(async () => {
    outputOf(await generate('Of a test'));
  });

  it('builds on its parent without another edit', async () => {
    const { exitCode, output } = await workspace.nx('build', 'teal');
    expect({ exitCode, output: exitCode === 0 ? '' : output }).toEqual({ exitCode: 0, output: '' });
    expect(output).toMatch(/^> nx run cyan:build:lab .*cache/m);
    const [cyan, teal] = [await inspect(CYAN), await inspect(TEAL)];
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
    const { exitCode, output } = await generate('Again');
    expect(exitCode).not.toBe(0);
    expect(output).toContain('error[generator/name-taken]');
    expect(await readFile(join(workspace.root, 'packages/teal/variant.yaml'), 'utf8')).toContain('Of a test');
  });
});
