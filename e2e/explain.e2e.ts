import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runInContainer } from '@immutablue/oci';
import { outputOf } from './support/program';
import { createWorkspace, imageOf, type Workspace } from './support/workspace';

/** What a build runs after an edit, and the reason that it gives, on a family of two with packages in both. */
let workspace: Workspace;

const CHILD = 'packages/e2e-child';
const BASE = 'packages/e2e-base';

beforeAll(async () => {
  workspace = await createWorkspace();
  await workspace.addVariant('e2e-base', {
    files: {
      'packages.yaml': 'immutablue:\n  rpm:\n    all: [tmux]\n',
      'artifacts/overrides/usr/share/e2e/file': 'of the base\n',
    },
  });
  await workspace.addVariant('e2e-child', {
    from: 'e2e-base',
    files: {
      'packages.yaml': 'immutablue:\n  rpm:\n    all:\n      - htop\n',
      'artifacts/overrides/usr/share/e2e/own': 'of the child\n',
      'artifacts/overrides/usr/bin/htop': 'an htop of the child\n',
    },
  });
  outputOf(await workspace.nx('build', 'e2e-child', '--verbose'));
});

afterAll(() => workspace.dispose());

interface Explained {
  readonly variant: string;
  readonly stages: readonly {
    readonly stage: string;
    readonly outcome: 'reused' | 'runs';
    readonly reasons: readonly { readonly text: string; readonly origin?: { file: string; line?: number } }[];
  }[];
}

/** What `explain --json` says of one variant. */
async function explained(variant: string): Promise<Explained> {
  const output = outputOf(await workspace.nx('run', 'e2e-child:explain', '--json'));
  const all = JSON.parse(output.slice(output.indexOf('[\n'), output.lastIndexOf(']') + 1)) as Explained[];
  const found = all.find((one) => one.variant === variant);
  if (found === undefined) throw new Error(`nothing is said of ${variant}`);
  return found;
}

const runningIn = ({ stages }: Explained) =>
  stages.filter(({ outcome }) => outcome === 'runs').map(({ stage }) => stage);

async function build(): Promise<string> {
  return outputOf(await workspace.nx('build', 'e2e-child', '--verbose'));
}

async function contentOf(path: string): Promise<string> {
  const container = 'e2e-look';
  await workspace.store.run('buildah', 'from', '--pull-never', '--name', container, imageOf('e2e-child'));
  const { stdout } = await runInContainer(
    { container, command: ['sh', '-c', 'head -c 30 "$1" | head -1', 'sh', path] },
    { environment: workspace.store.environment },
  );
  await workspace.store.run('buildah', 'rm', container);
  return stdout;
}

it('has nothing to run when nothing has changed', async () => {
  expect(runningIn(await explained('e2e-child'))).toEqual([]);
});

it('runs no transaction for an override, and names its file', async () => {
  await workspace.write(`${CHILD}/artifacts/overrides/usr/share/e2e/own`, 'edited\n');
  const stages = await explained('e2e-child');
  expect(runningIn(stages)).toEqual(['50-remove-files', '60-services', '90-post']);
  expect(stages.stages.find(({ stage }) => stage === '50-remove-files')?.reasons).toMatchObject([
    {
      text: 'override /usr/share/e2e/own changed',
      origin: {
        variant: 'e2e-child',
        file: join(workspace.root, CHILD, 'artifacts/overrides/usr/share/e2e/own'),
      },
    },
  ]);
  const output = await build();
  expect(output).toContain('[00-pre to 40-uninstall-packages] cached');
  expect(output).toContain(
    `[50-remove-files] runs: override /usr/share/e2e/own changed\n  ${CHILD}/artifacts/overrides/usr/share/e2e/own (e2e-child)`,
  );
  expect(output).not.toContain('Running transaction');
  expect(await contentOf('/usr/share/e2e/own')).toBe('edited');
});

it('puts a child on the new image of its parent without running anything in it', async () => {
  await workspace.write(`${BASE}/artifacts/overrides/usr/share/e2e/file`, 'edited\n');
  expect(runningIn(await explained('e2e-base'))).toEqual(['50-remove-files', '60-services', '90-post']);
  expect(runningIn(await explained('e2e-child'))).toEqual([]);
  const output = await build();
  expect(output).not.toContain('Running transaction');
  expect(output).toContain('e2e-child:44 is up to date: unaffected by e2e-base: layers rebased');
  expect(await contentOf('/usr/share/e2e/file')).toBe('edited');
  expect(await contentOf('/usr/share/e2e/own')).toBe('edited');
});

it('runs the packages of a child again when its parent changes what they read', async () => {
  await workspace.write(`${BASE}/artifacts/overrides/etc/dnf/protected.d/e2e.conf`, 'bash\n');
  const output = await build();
  expect(output).toContain('[00-pre] runs: reads /etc/dnf/protected.d/e2e.conf, which changed in e2e-base');
  expect(output).toContain(`${BASE}/artifacts/overrides/etc/dnf/protected.d/e2e.conf (e2e-base)`);
});

it('brings back the file of a package when an override of it is removed', async () => {
  expect(await contentOf('/usr/bin/htop')).toBe('an htop of the child');
  await rm(join(workspace.root, CHILD, 'artifacts/overrides/usr/bin/htop'));
  const output = await build();
  expect(output).toContain('override /usr/bin/htop removed');
  expect(output).not.toContain('Running transaction');
  expect(await contentOf('/usr/bin/htop')).not.toBe('an htop of the child');
});

it('names the line of a package', async () => {
  await workspace.write(`${CHILD}/packages.yaml`, 'immutablue:\n  rpm:\n    all:\n      - htop\n      - tree\n');
  const { stages } = await explained('e2e-child');
  expect(stages.find(({ stage }) => stage === '30-install-packages')?.reasons).toMatchObject([
    {
      text: 'package tree added',
      origin: { file: join(workspace.root, CHILD, 'packages.yaml'), line: 5, column: 9 },
    },
  ]);
});

it('resumes after the packages after a failure in a later sub-stage', async () => {
  await workspace.write(`${CHILD}/build/60-services.sh`, 'false\n');
  const failed = await workspace.nx('build', 'e2e-child', '--verbose');
  expect(failed.exitCode).not.toBe(0);
  expect(failed.output).toContain('Running transaction');
  await workspace.write(`${CHILD}/build/60-services.sh`, 'true\n');
  expect(await build()).not.toContain('Running transaction');
  expect(await workspace.store.orphans()).toEqual([]);
});

it('runs everything when it is asked for a clean build', async () => {
  const { output } = await workspace.nx('build', 'e2e-child', '--clean', '--verbose');
  expect(output).toContain('[00-pre] runs: clean build requested');
  expect(output).toContain('Running transaction');
});

it('refuses a declaration that is no path, with its line', async () => {
  await workspace.write(`${CHILD}/build/60-services.sh`, '#!/bin/bash\n# reads: etc/dnf\ntrue\n');
  const { exitCode, output } = await workspace.nx('build', 'e2e-child', '--verbose');
  expect(exitCode).not.toBe(0);
  expect(output).toContain(`--> ${CHILD}/build/60-services.sh:2:10`);
});
