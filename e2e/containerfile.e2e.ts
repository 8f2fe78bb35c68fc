import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '@immutablue/oci';
import { compareTrees, readImageTree, type TreeDifference } from '../testing/tree-digest';
import { outputOf } from './support/program';
import { createWorkspace, type Workspace } from './support/workspace';

/** An independent check of the runner: buildah builds what `nx run <variant>:containerfile` writes, and both are compared. */
let workspace: Workspace;

beforeAll(async () => {
  workspace = await createWorkspace();
  outputOf(await workspace.nx('build', 'cyan'));
});

afterAll(() => workspace.dispose());

/** Where buildah itself mounts something during the last RUN: an empty file stays, which nothing in a RUN can remove. */
const OF_BUILDAH = ['/etc/hostname', '/etc/hosts', '/etc/resolv.conf', '/run/.containerenv', '/run/secrets'];

interface Export {
  /** What was printed. */
  readonly output: string;
  /** The printed command. */
  readonly command: string;
  readonly containerfile: string;
}

async function exportOf(variant: string): Promise<Export> {
  const output = outputOf(await workspace.nx('run', `${variant}:containerfile`));
  const command = /^\$ (buildah build .*)$/m.exec(output)?.[1];
  if (command === undefined) throw new Error(output);
  const file = join(workspace.root, 'packages', variant, 'dist/containerfile/Containerfile');
  return { output, command, containerfile: await readFile(file, 'utf8') };
}

async function recordOf(
  variant: string,
): Promise<{ readonly imageId: string; readonly labels: Record<string, string> }> {
  const file = join(workspace.root, 'packages', variant, 'dist/image.json');
  return JSON.parse(await readFile(file, 'utf8')) as Awaited<ReturnType<typeof recordOf>>;
}

/** Runs the printed command as a person does, in a shell; without the workspace's own environment. */
async function buildAs(command: string, tag: string, ...flags: readonly string[]): Promise<void> {
  const moved = command
    .replace(/--tag \S+/, `--tag ${tag}`)
    .replace('buildah build', ['buildah build', ...flags].join(' '));
  await runCommand(['sh', '-c', moved], {
    cwd: '/',
    environment: { ...workspace.store.environment, TMPDIR: workspace.environment['TMPDIR'] ?? '' },
  });
}

function unexplained(differences: readonly TreeDifference[]): readonly TreeDifference[] {
  return differences.filter(({ path }) => !OF_BUILDAH.includes(path));
}

describe('the Containerfiles of base and cyan', () => {
  const images = { base: 'localhost/exported/base:44', cyan: 'localhost/exported/cyan:44' } as const;

  beforeAll(async () => {
    await buildAs((await exportOf('base')).command, images.base);
    await buildAs((await exportOf('cyan')).command, images.cyan, '--build-arg', `PARENT=${images.base}`);
  });

  it.each(['base', 'cyan'] as const)('give the root filesystem that the runner gives: %s', async (variant) => {
    const { environment } = workspace.store;
    const ours = await readImageTree((await recordOf(variant)).imageId, environment);
    const theirs = await readImageTree(images[variant], environment);
    expect(ours.size).toBeGreaterThan(9000);
    expect(unexplained(compareTrees(ours, theirs))).toEqual([]);
  });

  it('give its labels, but the key of a build by the runner', async () => {
    const { labels } = await recordOf('base');
    const inspected = await workspace.store.run('skopeo', 'inspect', `containers-storage:${images.base}`);
    const { Labels } = JSON.parse(inspected) as { readonly Labels: Record<string, string> };
    const isOfRunner = ([name]: [string, string]) => /^io\.immutablue\.build-|^io\.buildah/.test(name);
    const compared = (all: Record<string, string>) =>
      Object.fromEntries(Object.entries(all).filter((label) => !isOfRunner(label)));
    expect(compared(Labels)).toEqual(compared(labels));
  });

  it('leave the image that the runner built and its record alone', async () => {
    expect(await workspace.store.imageId('localhost/immutablue/immutablue:44')).toBe((await recordOf('base')).imageId);
  });

  it('name the parent as an argument', async () => {
    const { containerfile } = await exportOf('cyan');
    expect(containerfile).toMatch(/^ARG PARENT="localhost\/immutablue\/immutablue:44"$/m);
    expect(containerfile).toMatch(/^COPY --from=dep-builder-cyan \/ \/$/m);
  });
});

it('does not replace a folder that holds something else', async () => {
  const { exitCode, output } = await workspace.nx('run', 'base:containerfile', '--output', 'docs');
  expect(exitCode).not.toBe(0);
  expect(output).toContain('error[containerfile/not-ours]');
  expect(await readFile(join(workspace.root, 'docs/lab.md'), 'utf8')).not.toBe('');
});
