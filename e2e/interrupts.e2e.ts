import { spawnSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { outputOf } from './support/program';
import { createWorkspace, imageOf, type Workspace } from './support/workspace';

/** Builds that are stopped in the middle. `--exclude-task-dependencies`: of upstream images, the lab has them. */
let workspace: Workspace;
let previous: string;

const SLOW_DEP_BUILDER = {
  'deps/Containerfile': 'ARG IMAGE\nFROM ${IMAGE}\nRUN echo notice: it begins; exec sleep 600\n',
};

beforeAll(async () => {
  workspace = await createWorkspace();
  previous = await workspace.seedImages('e2e-teal');
});

beforeEach(() => workspace.addVariant('e2e-teal'));

afterEach(async () => {
  await rm(join(workspace.root, 'packages/e2e-teal'), { recursive: true });
});

afterAll(() => workspace.dispose());

it.each([
  ['a script', 'build', { 'build/35-mesa.sh': 'echo notice: it begins\nsleep 600\n' }],
  [
    'the dep-builder',
    'deps',
    { 'deps/Containerfile': 'ARG IMAGE\nFROM ${IMAGE}\nRUN echo notice: it begins; sleep 600\n' },
  ],
])('Ctrl-C in the middle of %s stops everything and leaves nothing behind', async (_, target, files) => {
  await workspace.addVariant('e2e-teal', { files });
  const nx = workspace.startNx(target, 'e2e-teal', '--exclude-task-dependencies');
  await nx.says(/it begins$/m);
  const started = performance.now();
  nx.signalGroup('SIGINT');
  expect((await nx.outcome).exitCode).toBe(130);
  expect(performance.now() - started).toBeLessThan(60_000);
  expect(await workspace.store.orphans()).toEqual([]);
  expect(await workspace.store.imageId(imageOf('e2e-teal'))).toBe(previous);
});

it('removes the working containers of a dep-builder when buildah did not get to it', async () => {
  await workspace.addVariant('e2e-teal', { files: SLOW_DEP_BUILDER });
  const nx = workspace.startNx('deps', 'e2e-teal', '--exclude-task-dependencies');
  await nx.says(/it begins$/m);
  process.kill(await processOfBuild(), 'SIGKILL');
  expect((await nx.outcome).exitCode).toBe(1);
  expect(await workspace.store.orphans()).toEqual([]);
});

it('clears up at the next build what a killed dep-builder left', async () => {
  await workspace.addVariant('e2e-teal', { files: SLOW_DEP_BUILDER });
  const nx = workspace.startNx('deps', 'e2e-teal', '--exclude-task-dependencies');
  await nx.says(/it begins$/m);
  const buildah = await processOfBuild();
  nx.signalGroup('SIGKILL');
  process.kill(buildah, 'SIGKILL');
  await nx.outcome;
  expect(await workspace.store.orphans()).toContainEqual(
    expect.stringMatching(/^container base-atomic-working-container(-\d+)?$/),
  );

  await workspace.write('packages/e2e-teal/deps/Containerfile', 'FROM scratch\nCOPY Containerfile /\n');
  const { exitCode, output } = await workspace.nx('deps', 'e2e-teal', '--exclude-task-dependencies');
  expect(exitCode).toBe(0);
  expect(output).toMatch(/^removed base-atomic-working-container(-\d+)?, which an earlier build left behind$/m);
  expect(await workspace.store.orphans()).toEqual([]);
});

it('Ctrl-C on a terminal leaves nothing behind, though Nx does not wait for its tasks there', async () => {
  await workspace.addVariant('e2e-teal', { files: { 'build/35-mesa.sh': 'echo notice: it begins\nsleep 600\n' } });
  const nx = workspace.startNxOnTerminal('build', 'e2e-teal', '--exclude-task-dependencies');
  await nx.says(/it begins/);
  nx.type('\u0003');
  expect((await nx.outcome).exitCode).toBe(130);
  const deadline = Date.now() + 60_000;
  let orphans = await workspace.store.orphans();
  while (orphans.length > 0 && Date.now() < deadline) orphans = await workspace.store.orphans();
  expect(orphans).toEqual([]);
  expect(await workspace.store.imageId(imageOf('e2e-teal'))).toBe(previous);
});

it('clears up at the next build what a killed one left', async () => {
  await workspace.addVariant('e2e-teal', { files: { 'build/35-mesa.sh': 'echo notice: it begins\nexec sleep 600\n' } });
  const nx = workspace.startNx('build', 'e2e-teal', '--exclude-task-dependencies');
  await nx.says(/it begins$/m);
  nx.signalGroup('SIGKILL');
  await nx.outcome;
  expect(await workspace.store.orphans()).toContainEqual(
    expect.stringMatching(/^container immutablue-build-e2e-teal-\d+-\d+$/),
  );
  expect(await workspace.store.imageId(imageOf('e2e-teal'))).toBe(previous);

  await workspace.write('packages/e2e-teal/build/35-mesa.sh', 'echo done\n');
  const { exitCode, output } = await workspace.nx('build', 'e2e-teal', '--exclude-task-dependencies');
  expect(exitCode).toBe(0);
  expect(output).toMatch(/^removed immutablue-build-e2e-teal-\d+-\d+, which an earlier build left behind$/m);
  expect(await workspace.store.orphans()).toEqual([]);
  expect(await workspace.store.imageId(imageOf('e2e-teal'))).not.toBe(previous);
});

/** The `buildah build` that runs on the store of these tests. */
async function processOfBuild(): Promise<number> {
  for (const line of await workspace.store.orphans()) {
    const pid = /^process (\d+) buildah build /.exec(line)?.[1];
    if (pid !== undefined) return Number(pid);
  }
  throw new Error('no `buildah build` is running');
}

describe('processes that a command leaves', () => {
  const SECONDS = String(100_000 + (process.pid % 10_000));
  const isRunning = () => spawnSync('pgrep', ['--full', `sleep ${SECONDS}`]).status === 0;

  it('are killed when the script has ended, named, and write nothing more into the image', async () => {
    await workspace.addVariant('e2e-teal', {
      files: {
        'build/35-mesa.sh': `sleep ${SECONDS} &\n(while sleep 0.1; do echo more >>/usr/lib/more; done) &\n`,
        'build/45-look.sh': 'rm --force /usr/lib/more\nsleep 0.5\n[[ ! -e /usr/lib/more ]]\n',
      },
    });
    const output = outputOf(await workspace.nx('build', 'e2e-teal', '--exclude-task-dependencies'));
    expect(output).toMatch(/^\[35-mesa\] warning: killed what went on after the command had ended: .*\bsleep\b/m);
    expect(isRunning()).toBe(false);
  });

  it('are killed when the dep-builder has ended', async () => {
    await workspace.addVariant('e2e-teal', {
      files: {
        'deps/Containerfile': `ARG IMAGE\nFROM \${IMAGE} AS made\nRUN setsid sleep ${SECONDS} >/dev/null 2>&1 &\nFROM scratch\nCOPY --from=made /usr/lib/os-release /usr/lib/x\n`,
      },
    });
    const output = outputOf(await workspace.nx('deps', 'e2e-teal', '--exclude-task-dependencies'));
    expect(output).toMatch(/warning: killed what went on after the command had ended: sleep/);
    expect(isRunning()).toBe(false);
  });
});
