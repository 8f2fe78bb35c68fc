import { createGate } from './support/gate';
import { createWorkspace, imageOf, type Workspace } from './support/workspace';

let workspace: Workspace;

beforeAll(async () => {
  workspace = await createWorkspace();
});

afterAll(() => workspace.dispose());

it('builds one image once when two ask for it: the second waits and takes the result', async () => {
  const gate = await createGate();
  await workspace.addVariant('e2e-teal', { files: { 'build/35-mesa.sh': gate.script } });
  const argv = ['build', 'e2e-teal', '--exclude-task-dependencies', '--skip-nx-cache'];
  const first = workspace.startNx(...argv);
  await first.says(/it begins$/m);
  const second = workspace.startNx(...argv);
  const third = workspace.startNx(...argv);
  const waiting = /^localhost\/immutablue\/e2e-teal:44 is being built by process \d+: waiting for it$/m;
  await Promise.all([second.says(waiting), third.says(waiting)]);

  third.signalGroup('SIGINT');
  expect((await third.outcome).exitCode).toBe(130);

  gate.open();
  const outcomes = [await first.outcome, await second.outcome];
  await gate.close();
  expect(outcomes.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
  expect(outcomes[0]?.output).toContain('built localhost/immutablue/e2e-teal:44');
  expect(outcomes[1]?.output).toContain('localhost/immutablue/e2e-teal:44 is up to date');
  const images = outcomes.map(({ output }) => /e2e-teal:44 .*\b([0-9a-f]{12})$/m.exec(output)?.[1]);
  expect(images[0]).toBe(images[1]);
  expect((await workspace.store.imageId(imageOf('e2e-teal')))?.slice(0, 12)).toBe(images[0]);
  expect(await workspace.store.orphans()).toEqual([]);
});

it('builds two images at the same time', async () => {
  const files = { 'packages.yaml': 'immutablue:\n  rpm:\n    all: [tmux, htop]\n' };
  await workspace.addVariant('e2e-jade', { files });
  await workspace.addVariant('e2e-mint', { files });
  const { exitCode, output } = await workspace.nx(
    ...['run-many', '--targets', 'build', '--projects', 'e2e-jade,e2e-mint', '--parallel', '2'],
    '--exclude-task-dependencies',
  );
  expect({ exitCode, output: exitCode === 0 ? '' : output }).toEqual({ exitCode: 0, output: '' });
  for (const variant of ['e2e-jade', 'e2e-mint']) {
    expect(await workspace.store.imageId(imageOf(variant))).toBeDefined();
  }
  expect(await workspace.store.orphans()).toEqual([]);
});
