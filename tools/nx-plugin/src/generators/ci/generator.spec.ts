import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readJson, readNxJson, updateNxJson, type Tree } from '@nx/devkit';
import { FsTree } from 'nx/src/generators/tree';
import { readPluginOptions, withPluginOptions } from '../../shared/settings';
import { addVariantFolder, createWorkspace, textOf } from '../variant/testing/workspace';
import ciGenerator from './generator';
import kubernetesGenerator from './kubernetes';
import ciSyncGenerator from './sync';
import tektonGenerator from './tekton';

const WORKSPACE = resolve(__dirname, '../../../../..');
const DOCUMENTATION = readFileSync(join(WORKSPACE, 'docs/ci.md'), 'utf8');
const GITHUB = ['images-pull-request', 'images', 'images-weekly'].map((name) => `.github/workflows/${name}.yml`);

beforeEach(() => {
  process.env['NX_SKIP_FORMAT'] = 'true';
});
afterEach(() => {
  delete process.env['NX_SKIP_FORMAT'];
});

/** Runs the generator. @returns what it printed when its files were written. */
async function generate(tree: Tree, provider: Parameters<typeof ciGenerator>[1]['provider']): Promise<string> {
  const printed = jest.spyOn(console, 'log').mockImplementation(() => undefined);
  try {
    await (
      await ciGenerator(tree, { provider })
    )();
    return printed.mock.calls.join('\n');
  } finally {
    printed.mockRestore();
  }
}

const written = (tree: Tree) =>
  [...GITHUB, '.forgejo/workflows/images.yml', '.gitlab/ci/images.yml'].filter((path) => tree.exists(path));

it('writes the setting and the workflows, and has `nx sync` keep them', async () => {
  const tree = createWorkspace();
  const said = await generate(tree, 'github');
  expect(written(tree)).toEqual(GITHUB);
  expect(readJson<object>(tree, 'nx.json')).toMatchObject({
    plugins: [{ options: { releases: ['44', '43'], ci: { provider: 'github' } } }],
    sync: { globalGenerators: ['@immutablue/nx:ci-sync'] },
  });
  expect(DOCUMENTATION).toContain(said.trim());
});

it('writes manifests for Tekton beside them', async () => {
  const tree = createWorkspace();
  await generate(tree, 'github');
  await tektonGenerator(tree);
  expect(written(tree)).toEqual(GITHUB);
  expect(textOf(tree, 'tekton/pipelines.yaml')).toContain('  name: images-x86-64\n');
  expect(textOf(tree, 'tekton/runs.yaml').match(/generateName: .*/g)).toEqual([
    'generateName: images-x86-64-44-',
    'generateName: images-x86-64-43-',
    'generateName: images-aarch64-44-',
    'generateName: images-aarch64-43-',
  ]);
});

describe('manifests for Kubernetes', () => {
  it('are for a workspace whose images are signed', async () => {
    const tree = createWorkspace();
    await expect(kubernetesGenerator(tree, {})).rejects.toThrow('error[cache/not-configured]');
    expect(tree.exists('kubernetes/build.yaml')).toBe(false);
  });

  it('have as many workers as are asked for', async () => {
    const tree = createWorkspace();
    updateNxJson(tree, withPluginOptions(readNxJson(tree) ?? {}, { signing: { publicKey: 'signing.pub' } }));
    await kubernetesGenerator(tree, { workers: 8 });
    expect(textOf(tree, 'kubernetes/build.yaml').match(/(?:generateName|parallelism): .*/g)).toEqual(
      ['x86-64-44', 'x86-64-43', 'aarch64-44', 'aarch64-43'].flatMap((name) => [
        `generateName: images-build-${name}-`,
        'parallelism: 8',
      ]),
    );
    expect(textOf(tree, 'kubernetes/publish.yaml').match(/generateName: .*/g)).toHaveLength(4);
  });
});

it('changes nothing when it is run again', async () => {
  const tree = createWorkspace();
  await generate(tree, 'github');
  const before = [textOf(tree, 'nx.json'), ...GITHUB.map((path) => textOf(tree, path))];
  await generate(tree, 'github');
  expect([textOf(tree, 'nx.json'), ...GITHUB.map((path) => textOf(tree, path))]).toEqual(before);
});

it('removes what it wrote for another provider', async () => {
  const tree = createWorkspace();
  await generate(tree, 'github');
  const ci = { provider: 'github', nxCache: 'quay.io/someone/nx-cache', runners: { x86_64: 'big' } } as const;
  updateNxJson(tree, withPluginOptions(readNxJson(tree) ?? {}, { ci }));
  await generate(tree, 'forgejo');
  expect(written(tree)).toEqual(['.forgejo/workflows/images.yml']);
  // Labels of runners are those of one provider.
  expect(readPluginOptions(readNxJson(tree) ?? {}).ci).toEqual({ provider: 'forgejo', nxCache: ci.nxCache });
});

it('has GitLab include the file, or says that it has to be included', async () => {
  const tree = createWorkspace();
  expect(await generate(tree, 'gitlab')).not.toContain('edit .gitlab-ci.yml');
  expect(textOf(tree, '.gitlab-ci.yml')).toContain('.gitlab/ci/images.yml');
  const other = createWorkspace();
  other.write('.gitlab-ci.yml', 'test: { script: [true] }\n');
  expect(await generate(other, 'gitlab')).toContain('edit .gitlab-ci.yml');
  expect(textOf(other, '.gitlab-ci.yml')).toBe('test: { script: [true] }\n');
});

it('overwrites no file that it has not written', async () => {
  const tree = createWorkspace();
  tree.write('.github/workflows/images.yml', 'on: push\n');
  await expect(generate(tree, 'github')).rejects.toThrow('error[ci/file-exists]');
  expect(written(tree)).toEqual(['.github/workflows/images.yml']);
  expect(textOf(tree, '.github/workflows/images.yml')).toBe('on: push\n');
});

describe('nx sync', () => {
  it('has nothing to do in a workspace without workflows, nor after the generator', async () => {
    const tree = createWorkspace();
    expect(await ciSyncGenerator(tree)).toBeUndefined();
    await generate(tree, 'github');
    expect(await ciSyncGenerator(tree)).toBeUndefined();
  });

  it.each<[string, (tree: Tree) => void, readonly string[]]>([
    [
      'a new variant',
      (tree) => {
        addVariantFolder(tree, 'teal', 'from: cyan');
      },
      GITHUB,
    ],
    [
      'another parent',
      (tree) => {
        addVariantFolder(tree, 'cyan', 'from: quay.io/other/image');
      },
      GITHUB.slice(0, 2),
    ],
    [
      'an edit',
      (tree) => {
        tree.write(GITHUB[1] ?? '', `${textOf(tree, GITHUB[1] ?? '')}x: 1\n`);
      },
      GITHUB.slice(1, 2),
    ],
    [
      'a file that is gone',
      (tree) => {
        tree.delete(GITHUB[2] ?? '');
      },
      GITHUB.slice(2),
    ],
  ])('says which files are stale after %s, and writes them', async (_, change, stale) => {
    const tree = createWorkspace();
    await generate(tree, 'github');
    change(tree);
    const result = await ciSyncGenerator(tree);
    if (stale === GITHUB) expect(DOCUMENTATION).toContain(result?.outOfSyncMessage);
    expect(result?.outOfSyncMessage.split('\n  ').slice(1)).toEqual(stale);
    expect(await ciSyncGenerator(tree)).toBeUndefined();
  });

  it('takes a file as it is that Prettier has laid out otherwise', async () => {
    const tree = createWorkspace();
    await generate(tree, 'github');
    tree.write(
      GITHUB[0] ?? '',
      textOf(tree, GITHUB[0] ?? '')
        .replaceAll("'20'", '"20"')
        .replace(/$/, '\n'),
    );
    expect(await ciSyncGenerator(tree)).toBeUndefined();
  });
});

it('the workflows of this workspace are what its variants and nx.json say: `npx nx sync` writes them', async () => {
  expect(await ciSyncGenerator(new FsTree(WORKSPACE, false))).toBeUndefined();
});
