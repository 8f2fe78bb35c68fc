import { createWorkspace, type Workspace } from './support/workspace';

/** What a command ends with when a task fails on which what was asked for depends. */
let workspace: Workspace;

beforeAll(async () => {
  workspace = await createWorkspace();
  await workspace.addVariant('e2e-base', { files: { 'build/35-fail.sh': '# reads:\nexit 7\n' } });
  await workspace.addVariant('e2e-child', { from: 'e2e-base' });
});

afterAll(() => workspace.dispose());

it.each([
  ['the task itself', ['build', 'e2e-base']],
  ['a task that it depends on', ['build', 'e2e-child']],
  ['one of several', ['run-many', '--targets', 'build', '--projects', 'e2e-child']],
  ['with --nx-bail', ['build', 'e2e-child', '--nx-bail']],
])('is 1 for %s, as it is in a pipe', async (_, args) => {
  const { exitCode, output } = await workspace.nx(...args);
  expect(output).toContain('`e2e-base` failed in 35-fail');
  expect(exitCode).toBe(1);
});

it('is 1 on a terminal', async () => {
  const { exitCode } = await workspace.startNxOnTerminal('build', 'e2e-child').outcome;
  expect(exitCode).toBe(1);
});

it('is 130 when the task on which another depends was interrupted', async () => {
  await workspace.addVariant('e2e-slow', {
    files: { 'build/35-wait.sh': '# reads:\necho notice: it begins\nsleep 600\n' },
  });
  await workspace.addVariant('e2e-after', { from: 'e2e-slow' });
  const nx = workspace.startNx('build', 'e2e-after', '--outputStyle=stream');
  await nx.says(/it begins/);
  nx.signalGroup('SIGINT');
  expect((await nx.outcome).exitCode).toBe(130);
  expect(await workspace.store.orphans()).toEqual([]);
});
