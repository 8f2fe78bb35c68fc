import { chmod, mkdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { errorsIn } from './support/errors';
import { outputOf } from './support/program';
import { createWorkspace, HEADLESS_IMAGE, imageOf, type Workspace } from './support/workspace';

/**
 * What Nx does and does not do again, on a family of two: `e2e-base`, and `e2e-child` from it. `e2e-user` applies
 * `e2e-base` and is never built.
 */
let workspace: Workspace;

beforeAll(async () => {
  workspace = await createWorkspace();
  await workspace.addVariant('e2e-base', { files: { 'packages.yaml': PACKAGES } });
  await workspace.addVariant('e2e-child', {
    from: 'e2e-base',
    files: { 'artifacts/overrides/usr/share/e2e/child': 'of the child\n' },
  });
  await workspace.addVariant('e2e-user', { keys: { apply: '[e2e-base]' } });
  await workspace.commit();
  outputOf(await workspace.nx('build', 'e2e-child'));
});

afterAll(() => workspace.dispose());

const PACKAGES = 'immutablue:\n  rpm:\n    all: [tmux]\n';

/** Which builds were taken from Nx's cache, which ran. */
function buildsIn(output: string): Record<string, 'cached' | 'ran'> {
  const lines = [...output.matchAll(/^> nx run (?<project>\S+):build:lab(?<rest>.*)$/gm)];
  return Object.fromEntries(
    lines.map(({ groups }) => [groups?.['project'] ?? '', groups?.['rest']?.includes('cache') ? 'cached' : 'ran']),
  );
}

it('does nothing the second time', async () => {
  const before = await workspace.store.imageId(imageOf('e2e-child'));
  const { exitCode, output } = await workspace.nx('build', 'e2e-child');
  expect(exitCode).toBe(0);
  expect(buildsIn(output)).toEqual({ 'e2e-base': 'cached', 'e2e-child': 'cached' });
  expect(await workspace.store.imageId(imageOf('e2e-child'))).toBe(before);
});

describe('a variant for another architecture', () => {
  const LINE = 'e2e-arm: left out, this machine could only emulate it (--emulate does)';

  beforeAll(() => workspace.addVariant('e2e-arm', { keys: { platforms: '[linux/arm64]' } }));
  afterAll(() => rm(join(workspace.root, 'packages', 'e2e-arm'), { recursive: true }));

  it.each([
    ['run-many', '--targets', 'build', '--projects', 'e2e-[ac]*'],
    ['run-many', '--targets', 'lock', '--projects', 'e2e-a*', '--check'],
    ['affected', '--targets', 'build', '--exclude', '*,!e2e-arm'],
  ])('is left out, with a line, by nx %s %s %s', async (...argv) => {
    const output = outputOf(await workspace.nx(...argv, '--outputStyle=static'));
    expect(output.split('\n').filter((line) => line.startsWith('e2e-arm'))).toEqual([LINE]);
    expect(output).not.toContain('emulation');
  });

  it('is taken in when its name is asked for', async () => {
    const alone = ['--exclude-task-dependencies', '--outputStyle=static'] as const;
    for (const argv of [
      ['run', 'e2e-arm:lock', '--check'],
      ['run-many', '--targets', 'lock', '--projects', 'e2e-arm', '--check'],
      ['run-many', '--targets', 'lock', '--projects', 'e2e-a*', '--check', '--emulate'],
    ]) {
      const output = outputOf(await workspace.nx(...argv, ...alone));
      expect(output).toContain('e2e-arm (lab, 44, aarch64) is not locked');
    }
  });
});

describe('a variant whose package has a scope, and no name for Nx', () => {
  const manifest = (name: string, parents: readonly string[] = []) => {
    const dependencies = Object.fromEntries(parents.map((parent) => [parent, '0.1.0']));
    return { 'package.json': JSON.stringify({ name, version: '0.1.0', private: true, dependencies }, undefined, 2) };
  };

  beforeAll(async () => {
    await workspace.addVariant('e2e-scoped', { files: manifest('@org/e2e-scoped') });
    await workspace.addVariant('e2e-scoped-child', {
      from: 'e2e-scoped',
      files: manifest('@org/e2e-scoped-child', ['@org/e2e-scoped']),
    });
  });
  afterAll(async () => {
    for (const name of ['e2e-scoped', 'e2e-scoped-child'])
      await rm(join(workspace.root, 'packages', name), { recursive: true });
  });

  it('is built, checked and kept under the name that Nx makes of it, and by its own', async () => {
    const names = ['@org/e2e-scoped', '@org/e2e-scoped-child'];
    for (const state of ['ran', 'cached']) {
      const output = outputOf(await workspace.nx('build', 'e2e-scoped-child'));
      expect(buildsIn(output)).toEqual(Object.fromEntries(names.map((name) => [name, state])));
    }
    outputOf(await workspace.nx('run', '@org/e2e-scoped:check'));
    outputOf(await workspace.nx('run', 'e2e-scoped:check'));
  });

  it('is told where its package.json was left behind', async () => {
    const file = 'packages/e2e-scoped-child/variant.yaml';
    const text = await readFile(join(workspace.root, file), 'utf8');
    await workspace.write(file, text.replace('from: e2e-scoped', 'from: e2e-base'));
    const { exitCode, output } = await workspace.nx('run', 'e2e-scoped-child:check');
    expect(exitCode).toBe(1);
    expect(errorsIn(output).join('\n')).toMatchInlineSnapshot(`
     "error[yaml/wrong-value]: package.json depends on \`@org/e2e-scoped\`, and variant.yaml is from \`e2e-base\`
       --> packages/e2e-scoped-child/package.json:6:5
       |
     6 |     "@org/e2e-scoped": "0.1.0"
       |     ^^^^^^^^^^^^^^^^^
       | \`from\` is at packages/e2e-scoped-child/variant.yaml:3:7
       hint: take the dependency out"
    `);
  });
});

it('does the same from the folder of a variant', async () => {
  const { exitCode, output } = await workspace.nxIn('packages/e2e-child', 'build');
  expect(output).toContain('Successfully ran target build for project e2e-child');
  expect(exitCode).toBe(0);
  expect(buildsIn(output)).toEqual({ 'e2e-base': 'cached', 'e2e-child': 'cached' });
});

it('gives an image its name back when an edit is taken back, and builds it again if it was removed meanwhile', async () => {
  const edit = 'packages/e2e-child/build/35-edit.sh';
  const before = await workspace.store.imageId(imageOf('e2e-child'));
  const editAndBuild = async () => {
    await workspace.write(edit, 'echo an edit >/usr/share/edit\n');
    const { output } = await workspace.nx('build', 'e2e-child');
    return [buildsIn(output)['e2e-child'], await workspace.store.imageId(imageOf('e2e-child'))];
  };
  const takeBackAndBuild = async () => {
    await rm(join(workspace.root, 'packages/e2e-child/build'), { recursive: true });
    const { output } = await workspace.nx('build', 'e2e-child');
    return [buildsIn(output)['e2e-child'], await workspace.store.imageId(imageOf('e2e-child'))];
  };

  const [ran, edited] = await editAndBuild();
  expect(ran).toBe('ran');
  expect(edited).not.toBe(before);
  // The executor gives the name back: a hit of Nx's means that everything is in its place already.
  expect(await takeBackAndBuild()).toEqual(['ran', before]);

  expect(await editAndBuild()).toEqual(['ran', edited]);
  await workspace.store.run('buildah', 'rmi', before ?? '');
  expect(await takeBackAndBuild()).toEqual(['ran', before]);
});

it('builds an image again that was removed, and only that', async () => {
  await workspace.store.run('buildah', 'rmi', imageOf('e2e-child'));
  const { exitCode, output } = await workspace.nx('build', 'e2e-child');
  expect(exitCode).toBe(0);
  expect(buildsIn(output)).toEqual({ 'e2e-base': 'cached', 'e2e-child': 'ran' });
  expect(await workspace.store.imageId(imageOf('e2e-child'))).toBeDefined();
});

it('runs nothing for a comment', async () => {
  await workspace.write('packages/e2e-base/packages.yaml', `# A comment.\n${PACKAGES}`);
  await workspace.append('packages/e2e-base/variant.yaml', '# A comment.\n');
  const { output } = await workspace.nx('build', 'e2e-child');
  expect(buildsIn(output)).toEqual({ 'e2e-base': 'cached', 'e2e-child': 'cached' });
});

it('builds again for what Nx does not see of overrides', async () => {
  const tree = join(workspace.root, 'packages/e2e-child/artifacts/overrides/usr/share/e2e');
  const build = async () => {
    const { output } = await workspace.nx('build', 'e2e-child');
    return [buildsIn(output)['e2e-child'], await workspace.store.imageId(imageOf('e2e-child'))];
  };
  await symlink('nowhere', join(tree, 'link'));
  const seen = new Set([(await build())[1]]);
  for (const edit of [
    () => chmod(join(tree, 'child'), 0o640),
    () => rm(join(tree, 'link')).then(() => symlink('elsewhere', join(tree, 'link'))),
    () => mkdir(join(tree, 'empty')),
    // git ignores folders of that name.
    () => mkdir(join(tree, 'dist')).then(() => writeFile(join(tree, 'dist', 'file'), 'one\n')),
    () => writeFile(join(tree, 'dist', 'file'), 'two\n'),
  ]) {
    await edit();
    const [outcome, image] = await build();
    expect(outcome).toBe('ran');
    seen.add(image);
  }
  expect(seen.size).toBe(6);
});

it('checks again for what Nx does not see of overrides', async () => {
  const check = async () =>
    /^> nx run e2e-child:check .*cache/m.test((await workspace.nx('run', 'e2e-child:check')).output);
  await check();
  expect(await check()).toBe(true);
  const file = join(workspace.root, 'packages/e2e-child/artifacts/overrides/usr/share/e2e/child');
  const { mode } = await stat(file);
  await chmod(file, 0o600);
  expect(await check()).toBe(false);
  await chmod(file, mode);
});

it('runs nothing for another way to write the same list', async () => {
  await workspace.write('packages/e2e-base/packages.yaml', PACKAGES.replace('[tmux]', '["tmux"]'));
  const { output } = await workspace.nx('build', 'e2e-child');
  expect(buildsIn(output)).toEqual({ 'e2e-base': 'cached', 'e2e-child': 'cached' });
});

it('leaves the child alone when the parent is built again and gives the same image', async () => {
  const before = await workspace.store.imageId(imageOf('e2e-base'));
  const clean = await workspace.nx('build', 'e2e-base', '--clean');
  expect(buildsIn(clean.output)).toEqual({ 'e2e-base': 'ran' });
  const { output } = await workspace.nx('build', 'e2e-child');
  expect(buildsIn(output)).toEqual({ 'e2e-base': 'cached', 'e2e-child': 'cached' });
  expect(await workspace.store.imageId(imageOf('e2e-base'))).toBe(before);
});

it('builds again when the code that builds has changed', async () => {
  const before = await workspace.store.imageId(imageOf('e2e-child'));
  const file = 'libs/plan/src/sub-stages.ts';
  const code = await readFile(join(workspace.root, file), 'utf8');
  await workspace.write(file, code.replace(`'remove files'`, `'remove some files'`));
  const { output } = await workspace.nx('build', 'e2e-child');
  expect(buildsIn(output)).toEqual({ 'e2e-base': 'ran', 'e2e-child': 'ran' });
  expect(output).not.toContain('is up to date');
  // It is this code that has run, not what was compiled before.
  const log = await readFile(join(workspace.root, 'packages/e2e-child/dist/build.log'), 'utf8');
  expect(log).toContain('[50-remove-files] remove some files');
  expect(await workspace.store.imageId(imageOf('e2e-child'))).not.toBe(before);
});

it('builds no child of a parent that fails, and keeps both images', async () => {
  const images = () => Promise.all(['e2e-base', 'e2e-child'].map((name) => workspace.store.imageId(imageOf(name))));
  const before = await images();
  await workspace.write('packages/e2e-base/build/35-fail.sh', 'false\n');
  const { exitCode, output } = await workspace.nx('build', 'e2e-child');
  await rm(join(workspace.root, 'packages/e2e-base/build'), { recursive: true });
  expect(exitCode).not.toBe(0);
  expect(buildsIn(output)).toEqual({ 'e2e-base': 'ran' });
  expect(output).toContain('--> packages/e2e-base/build/35-fail.sh:1:1');
  expect(await images()).toEqual(before);
  expect(await workspace.store.orphans()).toEqual([]);
});

it('says that the parent is missing when it was told not to build it', async () => {
  await workspace.addVariant('e2e-grandchild', { from: 'e2e-orphan' });
  await workspace.addVariant('e2e-orphan');
  const { exitCode, output } = await workspace.nx('build', 'e2e-grandchild', '--exclude-task-dependencies');
  expect(exitCode).toBe(1);
  expect(output).toContain(
    [
      'error[build/parent-missing]: `e2e-orphan`, which `e2e-grandchild` stands on, was not built yet',
      '  hint: `npx nx build e2e-grandchild` builds `e2e-orphan` first, unless --exclude-task-dependencies is given',
    ].join('\n'),
  );
});

it('names the command that builds a variant and its parents for another release', async () => {
  const newest = await workspace.store.imageId(HEADLESS_IMAGE);
  await workspace.store.run('buildah', 'tag', newest ?? '', HEADLESS_IMAGE.replace(/:44$/, ':43'));
  const refused = await workspace.nx('build', 'e2e-child', '--release=43');
  expect(refused.exitCode).toBe(1);
  const [, command = ''] = /^ +hint: build them together: `npx nx (.+)`$/m.exec(refused.output) ?? [];
  expect(command).toContain('-p e2e-base,e2e-child --release=43');
  outputOf(await workspace.nx(...command.split(' ')));
  expect(await workspace.store.imageId(imageOf('e2e-child').replace(/:44$/, ':43'))).toBeDefined();
});

it('checks again when other versions of packages are installed', async () => {
  const isKept = async () =>
    /^> nx run e2e-child:check .*cache/m.test((await workspace.nx('run', 'e2e-child:check')).output);
  await isKept();
  expect(await isKept()).toBe(true);
  const lock = await readFile(join(workspace.root, 'package-lock.json'), 'utf8');
  await workspace.write(
    'package-lock.json',
    lock.replace(/("node_modules\/zod": \{\s+"version": )"[^"]+"/, '$1"4.0.0"'),
  );
  expect(await isKept()).toBe(false);
  await workspace.write('package-lock.json', lock);
  expect(await isKept()).toBe(true);
});

describe('affected', () => {
  beforeAll(() => workspace.commit());

  const images = ['asahi', 'base', 'cyan', 'kuberblue', 'nucleus', 'trueblue'];

  it.each([
    ['base: all that stand on it or apply it', 'packages/base/packages.yaml', images],
    ['cyan: cyan alone', 'packages/cyan/packages.yaml', ['cyan']],
    ['a parent: those that apply it too', 'packages/e2e-base/packages.yaml', ['e2e-base', 'e2e-child', 'e2e-user']],
    [
      'the code that builds: every image',
      'libs/overrides/src/index.ts',
      [...images, ...['base', 'child', 'grandchild', 'orphan', 'user'].map((name) => `e2e-${name}`)],
    ],
    [
      'what npm installs: every image',
      'package-lock.json',
      [...images, ...['base', 'child', 'grandchild', 'orphan', 'user'].map((name) => `e2e-${name}`)],
    ],
  ])('%s', async (_, file, expected) => {
    await workspace.append(
      file,
      { yaml: '\n# An edit.\n', ts: '\n// An edit.\n' }[file.split('.').pop() ?? ''] ?? '\n',
    );
    const { output } = await workspace.nx('show', 'projects', '--affected', '--projects', 'tag:type:image', '--json');
    await workspace.commit();
    expect((JSON.parse(output) as string[]).sort()).toEqual(expected.sort());
  });
});

it('shows the targets of a variant', async () => {
  const { output } = await workspace.nx('show', 'project', 'cyan', '--json');
  const { targets } = JSON.parse(output) as { targets: Record<string, { metadata: { description: string } }> };
  expect(Object.keys(targets).sort()).toEqual([
    'boot',
    'build',
    'changes',
    'check',
    'containerfile',
    'deps',
    'diff',
    'explain',
    'lock',
    'overrides',
    'plan',
    'publish',
    'reads',
    'sbom',
    'shell',
    'test',
    'verify',
  ]);
  expect(targets['build']?.metadata.description).toBe('Build the image of cyan, its parents first');
});

it('infers targets as the plugin says that was edited, where Nx has a daemon, too', async () => {
  const daemon = { NX_DAEMON: 'true' };
  const technologies = async () => {
    const output = outputOf(await workspace.nxWith(daemon, 'show', 'project', 'e2e-base', '--json'));
    return z.object({ metadata: z.object({ technologies: z.array(z.string()) }) }).parse(JSON.parse(output)).metadata
      .technologies;
  };
  const file = join(workspace.root, 'tools/nx-plugin/src/plugin.ts');
  const before = await readFile(file, 'utf8');
  try {
    expect(await technologies()).toEqual(['bootc', 'buildah']);
    await writeFile(file, before.replace("technologies: ['bootc', 'buildah']", "technologies: ['edited']"));
    expect(await technologies()).toEqual(['edited']);
  } finally {
    await writeFile(file, before);
    await workspace.nxWith(daemon, 'daemon', '--stop');
  }
});
