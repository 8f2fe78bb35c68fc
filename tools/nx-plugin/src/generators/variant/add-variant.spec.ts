import { readJson, type Tree } from '@nx/devkit';
import { addVariant } from './add-variant';
import { createWorkspace, textOf } from './testing/workspace';

// Prettier loads itself as an ES module, for which Jest has no room: the files must come out formatted as they are.
beforeAll(() => {
  process.env['NX_SKIP_FORMAT'] = 'true';
});
afterAll(() => {
  delete process.env['NX_SKIP_FORMAT'];
});

function pathsOf(tree: Tree): readonly string[] {
  return tree
    .listChanges()
    .map(({ path }) => path)
    .toSorted();
}

describe('addVariant', () => {
  it('adds these files and the line in the lock file, and nothing else', async () => {
    const tree = createWorkspace();
    const before = pathsOf(tree);
    const added = await addVariant(tree, { name: 'teal', from: 'cyan' });
    expect(added).toMatchObject({ root: 'packages/teal', lockFile: 'complete', variant: { name: 'teal' } });
    expect(pathsOf(tree).filter((path) => !before.includes(path))).toMatchInlineSnapshot(`
     [
       ".changeset/teal.md",
       "packages/teal/README.md",
       "packages/teal/artifacts/overrides/usr/lib/motd.d/50-teal",
       "packages/teal/package.json",
       "packages/teal/packages.yaml",
       "packages/teal/variant.yaml",
     ]
    `);
    expect(readJson<{ packages: object }>(tree, 'package-lock.json').packages).toMatchObject({
      'packages/teal': { dependencies: { '@immutablue/cyan': '0.3.1' } },
    });
  });

  it('writes a variant on another variant', async () => {
    const tree = createWorkspace();
    await addVariant(tree, { name: 'teal', from: 'cyan' });
    expect(textOf(tree, 'packages/teal/variant.yaml')).toMatchInlineSnapshot(`
     "# yaml-language-server: $schema=../../libs/variant/schemas/variant.schema.json
     name: teal
     description: An image on top of cyan
     from: cyan
     options: [teal]
     "
    `);
    expect(textOf(tree, 'packages/teal/packages.yaml')).toMatchInlineSnapshot(`
     "# yaml-language-server: $schema=../../libs/variant/schemas/packages.schema.json
     # What teal adds to cyan. To use an example, take the \`#\` off its lines; remove the rest.
     immutablue:
       # RPMs: \`all\` is for every release, a number for one. \`all_x86_64\` would be for one architecture.
       # rpm:
       #   all:
       #     - cockpit
       #   44:
       #     - cockpit-machines

       # For images with a build option only: the key ends with its name.
       # rpm_gui:
       #   all:
       #     - gnome-tweaks

       # RPMs to remove.
       # rpm_rm:
       #   all:
       #     - nano

       # Services that are to run; \`services_enable_user\` is for those of each user.
       # services_enable_sys:
       #   all:
       #     - cockpit.socket
     "
    `);
    expect(textOf(tree, 'packages/teal/package.json')).toMatchInlineSnapshot(`
     "{
       "name": "@immutablue/teal",
       "version": "0.1.0",
       "private": true,
       "description": "An image on top of cyan",
       "license": "Apache-2.0",
       "dependencies": {
         "@immutablue/cyan": "0.3.1"
       },
       "nx": {
         "name": "teal",
         "tags": [
           "type:image"
         ]
       }
     }
     "
    `);
    expect(textOf(tree, 'packages/teal/README.md')).toMatchInlineSnapshot(`
     "# teal

     An image on top of cyan

     It stands on [cyan](../cyan).
     It becomes the image \`immutablue-teal\`.

     \`\`\`sh
     npx nx run teal:plan    # how it is built
     npx nx build teal       # build it, its parents first
     npx nx shell teal       # look around in the built image
     \`\`\`

     - [variant.yaml](variant.yaml) says what it is FROM.
     - [packages.yaml](packages.yaml) says what it installs, removes and enables.
     - [artifacts/overrides](artifacts/overrides) holds files of the root filesystem. The one that is there greets whoever logs
       in on a terminal: change it, or remove it.
     "
    `);
    expect(textOf(tree, 'packages/teal/artifacts/overrides/usr/lib/motd.d/50-teal')).toMatchInlineSnapshot(`
     "Welcome to teal.
     An image on top of cyan
     "
    `);
    expect(textOf(tree, '.changeset/teal.md')).toMatchInlineSnapshot(`
     "---
     '@immutablue/teal': minor
     ---

     Add the variant teal: An image on top of cyan
     "
    `);
  });

  it('writes a variant on an upstream image', async () => {
    const tree = createWorkspace();
    await addVariant(tree, {
      name: 'slate',
      from: 'quay.io/fedora-ostree-desktops/kinoite',
      description: 'Immutablue: Plasma',
      apply: ['base'],
      options: ['gui', ' kinoite', '', 'gui'],
      platforms: ['linux/amd64', 'linux/arm64'],
    });
    expect(textOf(tree, 'packages/slate/variant.yaml')).toMatchInlineSnapshot(`
     "# yaml-language-server: $schema=../../libs/variant/schemas/variant.schema.json
     name: slate
     description: 'Immutablue: Plasma'
     from: quay.io/fedora-ostree-desktops/kinoite
     apply: [base]
     options: [gui, kinoite]
     platforms: [linux/amd64, linux/arm64]
     "
    `);
    expect(textOf(tree, 'packages/slate/README.md')).toContain(
      'It stands on the upstream image `quay.io/fedora-ostree-desktops/kinoite`, with what [base](../base) adds.\n',
    );
    expect(readJson(tree, 'packages/slate/package.json')).not.toHaveProperty('dependencies');
  });

  it.each<[what: string, from: string, platforms: readonly string[]]>([
    ['the platforms of the parent', 'asahi', ['linux/arm64']],
    ['the default platform', 'quay.io/a/b', ['linux/amd64']],
  ])('takes over %s', async (_what, from, platforms) => {
    const { variant } = await addVariant(createWorkspace(), { name: 'teal', from });
    expect(variant.platforms).toEqual(platforms);
  });

  it('can add a variant on one that was added just before', async () => {
    const tree = createWorkspace();
    await addVariant(tree, { name: 'teal', from: 'cyan' });
    const { variant } = await addVariant(tree, { name: 'aqua', from: 'teal' });
    expect(variant.options).toEqual(['gui', 'cyan', 'teal', 'aqua']);
    expect(readJson(tree, 'packages/aqua/package.json')).toMatchObject({
      dependencies: { '@immutablue/teal': '0.1.0' },
    });
  });

  it('links to the documentation where there is one', async () => {
    const tree = createWorkspace();
    tree.write('docs/packages-yaml.md', '');
    await addVariant(tree, { name: 'teal', from: 'cyan' });
    expect(textOf(tree, 'packages/teal/README.md')).toContain('[docs/packages-yaml.md](../../docs/packages-yaml.md)');
  });

  it('leaves out what the workspace has no use for', async () => {
    const tree = createWorkspace();
    for (const path of ['.changeset/config.json', 'package-lock.json', 'libs/variant', 'packages/cyan/package.json']) {
      tree.delete(path);
    }
    expect((await addVariant(tree, { name: 'teal', from: 'cyan' })).lockFile).toBe('unknown-format');
    expect(tree.exists('.changeset')).toBe(false);
    expect(textOf(tree, 'packages/teal/variant.yaml')).toContain(
      '$schema=../../node_modules/@immutablue/variant/schemas/variant.schema.json',
    );
    expect(readJson(tree, 'packages/teal/package.json')).not.toHaveProperty('dependencies');
  });
});
