import { runInContainer } from '@immutablue/oci';
import { createWorkspace, imageOf, type Workspace } from './support/workspace';

let workspace: Workspace;

beforeAll(async () => {
  workspace = await createWorkspace();
});

afterAll(() => workspace.dispose());

it('has an override win over the file of a package, and says so', async () => {
  await workspace.addVariant('e2e-teal', {
    files: {
      'packages.yaml': 'immutablue:\n  rpm:\n    all: [htop]\n',
      'artifacts/overrides/usr/bin/htop': 'an htop of our own\n',
    },
  });
  const { exitCode, output } = await workspace.nx('build', 'e2e-teal', '--exclude-task-dependencies');
  expect({ exitCode, output: exitCode === 0 ? '' : output }).toEqual({ exitCode: 0, output: '' });
  expect(output).toContain('[50-remove-files] note: a package has /usr/bin/htop, too: the override takes its place');
  const container = 'e2e-look';
  await workspace.store.run('buildah', 'from', '--pull-never', '--name', container, imageOf('e2e-teal'));
  const { stdout } = await runInContainer(
    { container, command: ['cat', '/usr/bin/htop'] },
    { environment: workspace.store.environment },
  );
  await workspace.store.run('buildah', 'rm', container);
  expect(stdout).toBe('an htop of our own');
  expect(await workspace.store.orphans()).toEqual([]);
});
