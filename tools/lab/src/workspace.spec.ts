import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { renderError } from '@immutablue/diagnostics';
import { createTestLab, type TestLab } from './testing/lab';
import { readRequest } from './workspace';

let lab: TestLab;
beforeEach(async () => {
  lab = await createTestLab();
  await put('nx.json', JSON.stringify({ plugins: ['x', { plugin: 'y', options: { releases: ['44', '43'] } }] }));
  await put('packages/base/variant.yaml', 'name: base\ndescription: d\nfrom: quay.io/a/silverblue\noptions: [gui]\n');
  await put(
    'packages/base/packages.yaml',
    'immutablue:\n  rpm:\n    all: [tmux]\n  rpm_rm_gui:\n    all: [firefox]\n    43: [old]\n',
  );
  await put(
    'packages/server/variant.yaml',
    'name: server\ndescription: d\nfrom: quay.io/a/atomic:7\napply: [base]\noptions: [server]\n',
  );
  await put('packages/child/variant.yaml', 'name: child\ndescription: d\nfrom: base\noptions: [child]\n');
  await put('packages/child/packages.yaml', 'immutablue:\n  rpm_rm:\n    all: [zram]\n');
  await put(
    'packages/arm/variant.yaml',
    'name: arm\ndescription: d\nfrom: quay.io/a/arm\napply: [base]\noptions: [gui]\nplatforms: [linux/arm64]\n',
  );
  await put('packages/child/artifacts/overrides_gui/usr/lib/systemd/user/a.service', '');
  await put('packages/child/artifacts/overrides/etc/systemd/system/b.timer', '');
  await put('packages/child/artifacts/other/etc/systemd/system/c.timer', '');
});
afterEach(() => lab.remove());

async function put(path: string, content: string): Promise<void> {
  const file = join(lab.context.workspaceRoot, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
}

describe('readRequest', () => {
  it('finds the upstream images of an architecture, each with what the variants on it remove or expect', async () => {
    const { target, demand } = await readRequest(lab.context.workspaceRoot, { architecture: 'x86_64' });
    expect(target).toEqual({ architecture: 'x86_64', release: '44' });
    expect(demand.upstreams).toEqual([
      {
        reference: 'quay.io/a/silverblue:44',
        labReference: 'localhost/immutablue-lab/a/silverblue:44',
        preinstalled: ['firefox', 'gdm', 'gnome-shell', 'mutter', 'zram'],
      },
      { reference: 'quay.io/a/atomic:7', labReference: 'localhost/immutablue-lab/a/atomic:7', preinstalled: [] },
    ]);
  });

  it('takes the lists of the release and the images of the architecture', async () => {
    const arm = await readRequest(lab.context.workspaceRoot, { architecture: 'aarch64', release: '43' as never });
    expect(arm.demand.upstreams).toEqual([
      {
        reference: 'quay.io/a/arm:43',
        labReference: 'localhost/immutablue-lab/a/arm:43-aarch64',
        preinstalled: ['firefox', 'gdm', 'gnome-shell', 'mutter', 'old'],
      },
    ]);
  });

  it.each([
    ['by its parent', { base: 'rpm: {all: [x]}', child: 'rpm_rm: {all: [x, y]}' }, ['y']],
    ['by its parent for an option of both', { base: 'rpm_gui: {all: [x]}', child: 'rpm_rm: {all: [x]}' }, []],
    ['by a parent of its parent', { base: 'rpm: {all: [x]}', grandchild: 'rpm_rm: {all: [x]}' }, []],
    ['by its parent for the option of another', { base: 'rpm_server: {all: [x]}', child: 'rpm_rm: {all: [x]}' }, ['x']],
    ['by its parent for another release', { base: 'rpm: {43: [x]}', child: 'rpm_rm: {all: [x]}' }, ['x']],
    ['which has no version', { child: 'rpm_rm: {all: [x, y-1.2, "z-1:2"]}' }, ['x']],
    ['by its child', { child: 'rpm_rm: {all: [x]}', grandchild: 'rpm: {all: [x]}' }, ['x']],
    [
      'after its parent has removed it',
      { base: 'rpm_rm: {all: [x]}', child: 'rpm: {all: [x]}', grandchild: 'rpm_rm: {all: [x]}' },
      ['x'],
    ],
  ])(
    'has in the upstream image what a variant removes, unless it is installed below it: %s',
    async (_, lists, expected) => {
      await put('packages/grandchild/variant.yaml', 'name: grandchild\ndescription: d\nfrom: child\n');
      for (const name of ['base', 'child']) await put(`packages/${name}/packages.yaml`, 'immutablue:\n');
      for (const [name, text] of Object.entries(lists))
        await put(`packages/${name}/packages.yaml`, `immutablue: {${text}}`);
      const { demand } = await readRequest(lab.context.workspaceRoot, { architecture: 'x86_64' });
      const desktop = ['gdm', 'gnome-shell', 'mutter'];
      expect(demand.upstreams[0]?.preinstalled.filter((name) => !desktop.includes(name))).toEqual(expected);
    },
  );

  it('has what a variant removes that applies another, unless that one installs it', async () => {
    await put('packages/server/packages.yaml', 'immutablue: {rpm_rm: {all: [tmux, sudo]}}');
    const { demand } = await readRequest(lab.context.workspaceRoot, { architecture: 'x86_64' });
    // Base installs tmux in the same build.
    expect(demand.upstreams[1]?.preinstalled).toEqual(['sudo']);
  });

  it('refuses lists that contradict each other', async () => {
    await put('packages/child/packages.yaml', 'immutablue: {rpm: {all: [zram]}, rpm_rm: {all: [zram]}}');
    await expect(readRequest(lab.context.workspaceRoot, { architecture: 'x86_64' })).rejects.toThrow(
      '`zram` is installed and removed by the same file',
    );
  });

  it('knows the units of all override trees, and no others', async () => {
    const { overrideUnits } = await readRequest(lab.context.workspaceRoot, { architecture: 'x86_64' });
    expect([...overrideUnits].sort()).toEqual(['/etc/systemd/system/b.timer', '/usr/lib/systemd/user/a.service']);
  });

  it('shows every fault of the files, with its place', async () => {
    await put('packages/base/packages.yaml', 'immutablue:\n  rmp:\n    all: [tmux]\n');
    await put('packages/child/packages.yaml', 'immutablue:\n  rpm:\n    45: [tmux]\n');
    const error: unknown = await readRequest(lab.context.workspaceRoot, { architecture: 'x86_64' }).catch(
      (thrown: unknown) => thrown,
    );
    const rendered = renderError(error, { root: lab.context.workspaceRoot, colors: 'never' });
    expect(rendered).toContain('packages/base/packages.yaml:2:3');
    expect(rendered).toContain('packages/child/packages.yaml:3:5');
  });

  it('says what nx.json lacks', async () => {
    await put('nx.json', '{}');
    const error: unknown = await readRequest(lab.context.workspaceRoot, { architecture: 'x86_64' }).catch(
      (thrown: unknown) => thrown,
    );
    expect(renderError(error, { root: '/', colors: 'never' })).toMatchInlineSnapshot(`
     "error[yaml/missing-key]: nx.json has no plugin with a list of \`releases\` in its options
       hint: like {"plugin": "@immutablue/nx/plugin", "options": {"releases": ["44", "43"]}}"
    `);
  });
});
