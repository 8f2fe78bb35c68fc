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
        labReference: 'localhost/immutablue-lab/a/arm:43',
        preinstalled: ['firefox', 'gdm', 'gnome-shell', 'mutter', 'old'],
      },
    ]);
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
