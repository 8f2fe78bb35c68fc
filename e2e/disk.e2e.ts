import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createGate } from './support/gate';
import { outputOf } from './support/program';
import { createWorkspace, HEADLESS_IMAGE, imageOf, type Workspace } from './support/workspace';

/** `nx run images:gc`, and what Nx takes from its cache afterwards, on a family of two: `e2e-base`, and `e2e-child` from it. */
let workspace: Workspace;

beforeAll(async () => {
  workspace = await createWorkspace();
  await workspace.addVariant('e2e-base', { files: { 'packages.yaml': 'immutablue:\n  rpm:\n    all: [tmux]\n' } });
  await workspace.addVariant('e2e-child', {
    from: 'e2e-base',
    files: { 'packages.yaml': 'immutablue:\n  rpm:\n    all: [htop]\n', 'deps/Containerfile': DEP_BUILDER },
  });
});

afterAll(() => workspace.dispose());

const DEP_BUILDER = [
  '# reads:',
  'ARG IMAGE',
  'FROM ${IMAGE} AS build',
  'RUN mkdir -p /out/usr/share/e2e && echo tool >/out/usr/share/e2e/tool',
  'FROM scratch',
  'COPY --from=build /out /',
  '',
].join('\n');

const EDIT = 'packages/e2e-child/artifacts/overrides/usr/share/e2e/edit';

/** With the folders that came with it. */
const takeBack = () => rm(join(workspace.root, 'packages/e2e-child/artifacts'), { recursive: true });

async function build(): Promise<Record<string, 'cached' | 'ran'>> {
  const output = outputOf(await workspace.nx('build', 'e2e-child'));
  const lines = [...output.matchAll(/^> nx run (?<task>e2e-\S+):lab(?<rest>.*)$/gm)];
  return Object.fromEntries(
    lines.map(({ groups }) => [groups?.['task'] ?? '', groups?.['rest']?.includes('cache') ? 'cached' : 'ran']),
  );
}

async function gc(...args: string[]): Promise<string> {
  return outputOf(await workspace.nx('run', 'images:gc', ...args));
}

const images = async () =>
  (await workspace.store.run('buildah', 'images', '--all', '--quiet', '--no-trunc'))
    .split('\n')
    .map((id) => id.replace('sha256:', ''))
    .sort();

const ALL_CACHED = { 'e2e-base:build': 'cached', 'e2e-child:deps': 'cached', 'e2e-child:build': 'cached' };

it('leaves what is needed: Nx takes all of it from its cache, and an edit resumes at the checkpoint', async () => {
  expect(await build()).toEqual({ 'e2e-base:build': 'ran', 'e2e-child:deps': 'ran', 'e2e-child:build': 'ran' });
  const before = await images();
  const output = await gc('--disk-size=0 B');
  expect(output).toMatch(/^e2e-base +2 +[\d.]+ [kM]B +0 B$/m);
  expect(output).toMatch(/^e2e-child +3 +[\d.]+ [kM]B +0 B$/m);
  expect(output).toContain('Nothing to remove: ');
  expect(await images()).toEqual(before);
  expect(await build()).toEqual(ALL_CACHED);

  await workspace.write(EDIT, 'an edit\n');
  const { output: ofBuild } = await workspace.nx('build', 'e2e-child');
  expect(ofBuild).not.toContain('30-install-packages');
});

it('only says what it would remove when asked to, then removes that; Nx takes nothing of it, and all else', async () => {
  const edited = (await workspace.store.imageId(imageOf('e2e-child'))) ?? '';
  await takeBack();
  // The name stands for the edited image: the executor gives it back.
  expect(await build()).toEqual({ ...ALL_CACHED, 'e2e-child:build': 'ran' });
  const first = await workspace.store.imageId(imageOf('e2e-child'));
  expect(first).not.toBe(edited);

  const before = await images();
  expect(before).toContain(edited);
  const line = new RegExp(`^would remove e2e-child ${edited.slice(0, 12)} \\([\\d.]+ kB\\), last used `, 'm');
  expect(await gc('--dry-run', '--disk-size=0 B')).toMatch(line);
  expect(await images()).toEqual(before);

  expect(await gc()).toContain('Nothing to remove: ');
  expect(await gc('--disk-size=0 B')).toContain(`removed e2e-child ${edited.slice(0, 12)} `);
  expect(await images()).toEqual(before.filter((id) => id !== edited));
  expect(await build()).toEqual(ALL_CACHED);

  await workspace.write(EDIT, 'an edit\n');
  expect(await build()).toEqual({ ...ALL_CACHED, 'e2e-child:build': 'ran' });
  expect(await workspace.store.imageId(imageOf('e2e-child'))).toBe(edited);
  await takeBack();
  expect(await build()).toEqual({ ...ALL_CACHED, 'e2e-child:build': 'ran' });
  expect(await workspace.store.imageId(imageOf('e2e-child'))).toBe(first);
});

it('never touches what is not of this workspace, or has a name that is not ours', async () => {
  const edited = (await editedAndBack()) ?? '';
  await workspace.store.run('buildah', 'tag', edited, 'localhost/mine:1');
  const container = await workspace.store.run('buildah', 'from', '--pull-never', HEADLESS_IMAGE);
  const theirs = await workspace.store.run('buildah', 'commit', '--quiet', container);
  const onOurs = await workspace.store.run('buildah', 'from', '--pull-never', imageOf('e2e-child'));
  const onTheirs = await workspace.store.run('buildah', 'commit', '--quiet', '--rm', onOurs);
  try {
    const before = await images();
    expect(await gc('--disk-size=0 B')).toContain(
      `kept e2e-child ${edited.slice(0, 12)} (localhost/mine:1): it has the name localhost/mine:1`,
    );
    expect(await images()).toEqual(before);
    expect(before).toEqual(expect.arrayContaining([theirs, onTheirs]));

    await workspace.store.run('buildah', 'tag', theirs, 'localhost/mine:1');
    const used = await workspace.store.run('buildah', 'from', '--pull-never', edited);
    expect(await gc('--disk-size=0 B')).toContain(`kept e2e-child ${edited.slice(0, 12)}: a container stands on it`);
    expect(await images()).toEqual(before);
    expect(await workspace.store.orphans()).toEqual(expect.arrayContaining([`container ${used}`]));
    await workspace.store.run('buildah', 'rm', used);
  } finally {
    await workspace.store.run('buildah', 'rm', container);
    await workspace.store.run('buildah', 'rmi', onTheirs);
    await workspace.store.run('buildah', 'rmi', theirs);
  }
});

/** Edits, builds, takes the edit back and builds. @returns the image of the edit. */
async function editedAndBack(): Promise<string | undefined> {
  await workspace.write(EDIT, 'an edit\n');
  await build();
  const edited = await workspace.store.imageId(imageOf('e2e-child'));
  await takeBack();
  await build();
  return edited;
}

it.each([
  ['an image', () => workspace.store.imageId(imageOf('e2e-child')), { 'e2e-child:build': 'ran' }],
  ['a parent', () => workspace.store.imageId(imageOf('e2e-base')), { 'e2e-base:build': 'ran' }],
  [
    'the image of a dep-builder',
    async () => {
      const record = await readFile(join(workspace.root, 'packages/e2e-child/dist/dep-builders.json'), 'utf8');
      return Object.values(JSON.parse(record) as Record<string, string>)[0];
    },
    { 'e2e-child:deps': 'ran' },
  ],
])('has Nx run what made %s that was removed by hand, and nothing else', async (_, find, ran) => {
  const image = (await find()) ?? '';
  // By its names too: `buildah rmi` of the ID refuses while something stands on it.
  await workspace.store.run('skopeo', 'delete', `containers-storage:@${image}`);
  expect(await build()).toEqual({ ...ALL_CACHED, ...ran });
  expect(await images()).toContain(image);
  expect(await build()).toEqual(ALL_CACHED);
});

it('brings back a dist folder that was removed, and the name', async () => {
  const image = await workspace.store.imageId(imageOf('e2e-child'));
  await rm(join(workspace.root, 'packages/e2e-child/dist'), { recursive: true });
  await rm(join(workspace.root, 'packages/e2e-base/dist'), { recursive: true });
  await workspace.store.run('buildah', 'tag', imageOf('e2e-base'), imageOf('e2e-child'));
  expect(await build()).toEqual({ ...ALL_CACHED, 'e2e-child:build': 'ran' });
  expect(await workspace.store.imageId(imageOf('e2e-child'))).toBe(image);
  expect((await readdir(join(workspace.root, 'packages/e2e-child/dist'))).sort()).toContain('image.json');
});

it('keeps what plans need when dist folders are gone', async () => {
  await gc('--disk-size=0 B');
  await rm(join(workspace.root, 'packages/e2e-child/dist'), { recursive: true });
  await rm(join(workspace.root, 'packages/e2e-base/dist'), { recursive: true });
  const before = await images();
  await gc('--disk-size=0 B');
  expect(await images()).toEqual(before);
  expect(await build()).toEqual(ALL_CACHED);
});

it('waits for a build that runs', async () => {
  const gate = await createGate();
  await workspace.addVariant('e2e-slow', { files: { 'build/35-wait.sh': gate.script } });
  const running = workspace.startNx('build', 'e2e-slow', '--exclude-task-dependencies');
  await running.says(/it begins$/m);
  expect(await gc('--dry-run')).toContain('total');
  const collecting = workspace.startNx('run', 'images:gc', '--disk-size=0 B');
  await collecting.says(/^waiting until the builds that run have ended \(process \d+\)$/m);
  gate.open();
  expect([(await running.outcome).exitCode, (await collecting.outcome).exitCode]).toEqual([0, 0]);
  await gate.close();
  expect(await workspace.store.imageId(imageOf('e2e-slow'))).toBeDefined();
});

it('removes the images of a variant that is gone, and what killed builds have left', async () => {
  await rm(join(workspace.root, 'packages/e2e-slow'), { recursive: true });
  const folder = join(workspace.environment['TMPDIR'] ?? '', 'immutablue-build-layer-4194304-1');
  await mkdir(folder);
  const output = await gc('--disk-size=0 B');
  expect(output).toContain(`removed ${folder}, which a killed command has left`);
  expect(output).toMatch(/^removed e2e-slow [0-9a-f]{12} \(localhost\/immutablue\/e2e-slow:44\)/m);
  expect(await workspace.store.imageId(imageOf('e2e-slow'))).toBeUndefined();
  const entries = await readdir(join(workspace.root, '.immutablue', 'state', String(process.getuid?.()), 'images'));
  expect(entries.filter((name) => !/^[0-9a-f]{64}\.json$/.test(name))).toEqual([]);
  const kept = entries.map((name) => name.replace('.json', ''));
  expect((await images()).filter((id) => kept.includes(id)).sort()).toEqual(kept.sort());
});

it('removes nothing when a plan cannot be made', async () => {
  const before = await images();
  await workspace.write('packages/e2e-child/packages.yaml', 'immutablue:\n  rpms: []\n');
  const { exitCode, output } = await workspace.nx('run', 'images:gc', '--disk-size=0 B');
  expect(exitCode).not.toBe(0);
  expect(output).toContain('--> packages/e2e-child/packages.yaml:2:3');
  expect(await images()).toEqual(before);
});
