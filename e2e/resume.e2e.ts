import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compareTrees, readImageTree, renderDifferences } from '../testing/tree-digest';
import { recordedId } from './support/built-images';
import { createWorkspace, disposeWithoutOrphans, type Workspace } from './support/workspace';

/** What a build does after one that has failed. */
let workspace: Workspace;

beforeAll(async () => {
  workspace = await createWorkspace();
  await workspace.addVariant('e2e-teal', {
    files: { 'packages.yaml': 'immutablue:\n  rpm:\n    all: [tmux]\n', 'build/35-first.sh': FIRST },
  });
});

afterAll(() => disposeWithoutOrphans(workspace));

const FIRST = `mkdir -p /usr/share/e2e/first /var/cache/e2e
date +%s.%N >/var/cache/e2e/when
touch /usr/share/e2e/first/{one,two}
`;

const second = (text: string) => workspace.write('packages/e2e-teal/build/45-second.sh', text);
const KEEPS = 'keep what the sub-stages before 45-second left';
const RESUMES = /\[00-pre to 40-uninstall-packages\] cached \(resumes at 45-second\)/;

interface Built {
  readonly exitCode: number;
  readonly output: string;
  /** Whether a package transaction ran. */
  readonly hasTransaction: boolean;
}

async function build(...options: string[]): Promise<Built> {
  const { exitCode, output } = await workspace.nx('build', 'e2e-teal', '--verbose', ...options);
  return { exitCode, output, hasTransaction: /Running transaction\s*$/m.test(output) };
}

const imageId = () => recordedId(workspace, 'e2e-teal');

it('keeps the sub-stages before one that has failed, when it fails again, and resumes there', async () => {
  await second('rm -r /usr/share/e2e/first/one\nexit 3\n');
  const [first, again] = [await build(), await build()];
  expect(first).toMatchObject({ exitCode: 1, hasTransaction: true });
  expect(first.output).not.toContain(KEEPS);
  expect(again).toMatchObject({ exitCode: 1, hasTransaction: true, output: expect.stringContaining(KEEPS) });

  await second('rm -r /usr/share/e2e/first/one\ntouch /usr/share/e2e/second\n');
  const explained = await workspace.nx('run', 'e2e-teal:explain');
  expect(explained.output).toMatch(/40-uninstall-packages +reused.* cached \(resumes at 45-second\)/);
  expect(explained.output).toMatch(/45-second +runs/);
  const resumed = await build();
  expect(resumed).toMatchObject({ exitCode: 0, hasTransaction: false, output: expect.stringMatching(RESUMES) });
});

it('gives the same root filesystem, and the same image, as a build from nothing', async () => {
  const resumed = await imageId();
  expect(await build('--clean')).toMatchObject({ exitCode: 0, hasTransaction: true });
  const clean = await imageId();
  const treeOf = (id: string) => readImageTree(id, workspace.store.environment);
  expect(renderDifferences(compareTrees(await treeOf(clean), await treeOf(resumed)))).toBe('');
  expect(resumed).toBe(clean);
});

it('resumes before a script at once that was edited and fails', async () => {
  // Another package: the prefix that was kept is of no use.
  await workspace.write('packages/e2e-teal/packages.yaml', 'immutablue:\n  rpm:\n    all: [tmux, htop]\n');
  await second('exit 4\n');
  const failed = await build();
  expect(failed).toMatchObject({ exitCode: 1, hasTransaction: true, output: expect.stringContaining(KEEPS) });
  await second('touch /usr/share/e2e/third\n');
  const resumed = await build();
  expect(resumed).toMatchObject({ exitCode: 0, hasTransaction: false, output: expect.stringMatching(RESUMES) });
  // A build that has succeeded is there as a whole.
  const again = await workspace.nx('build', 'e2e-teal', '--skip-nx-cache');
  expect(again.output).toContain('is up to date: cached');
});

it('keeps nothing of the kind in a build from nothing', async () => {
  await second('exit 5\n');
  await build('--clean');
  const { output } = await build('--clean');
  expect(output).not.toContain(KEEPS);
});

it('makes one layer of what scripts turn into links, on a parent that has links there', async () => {
  await workspace.addVariant('e2e-under', {
    files: {
      'build/55-link.sh':
        'mkdir -p /usr/share/e2e/real /usr/share/e2e/again\necho kept | tee /usr/share/e2e/{real,again}/file >/dev/null\n' +
        'ln -s real /usr/share/e2e/there\n',
    },
  });
  await workspace.addVariant('e2e-turns', {
    from: 'e2e-under',
    files: {
      'build/35-first.sh':
        'rm /usr/share/e2e/there\nmkdir -p /usr/share/e2e/{there,turned/deep}\n' +
        'touch /usr/share/e2e/{there/file,one,turned/deep/deeper}\n' +
        'rm -r /usr/share/e2e/again\nln -s one /usr/share/e2e/again\n',
      'build/45-second.sh':
        'rm -r /usr/share/e2e/there/file /usr/share/e2e/turned /usr/share/e2e/again\n' +
        'ln -s one /usr/share/e2e/turned\nmkdir /usr/share/e2e/again\nexit 3\n',
    },
  });
  const buildIt = (...options: string[]) => workspace.nx('build', 'e2e-turns', '--verbose', ...options);
  const idOf = () => recordedId(workspace, 'e2e-turns');
  const second = 'packages/e2e-turns/build/45-second.sh';
  await buildIt();
  await buildIt();
  await workspace.write(second, (await readFile(join(workspace.root, second), 'utf8')).replace('exit 3\n', ''));
  const resumed = await buildIt();
  expect(resumed).toMatchObject({ exitCode: 0, output: expect.stringMatching(/resumes at 45-second/) });
  expect(resumed.output).toContain('squashing layers: ');
  const squashed = await idOf();
  expect(await buildIt('--clean')).toMatchObject({ exitCode: 0 });
  const treeOf = (id: string) => readImageTree(id, workspace.store.environment);
  expect(renderDifferences(compareTrees(await treeOf(await idOf()), await treeOf(squashed)))).toBe('');
  expect(await idOf()).toBe(squashed);
});
