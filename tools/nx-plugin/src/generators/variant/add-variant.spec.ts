import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readJson, writeJson, type Tree } from '@nx/devkit';
import { renderError } from '@immutablue/diagnostics';
import { runCommand } from '@immutablue/oci';
import { checkManifest, scanTree } from '@immutablue/overrides';
import { createFamily, isRelease, parsePackages, parseVariant, type VariantName } from '@immutablue/variant';
import { addVariant } from './add-variant';
import { type VariantGeneratorOptions } from './options';
import { addVariantFolder, createWorkspace } from './testing/workspace';

// Prettier loads itself as an ES module, for which Jest has no room: the files must come out formatted as they are.
beforeAll(() => {
  process.env['NX_SKIP_FORMAT'] = 'true';
});
afterAll(() => {
  delete process.env['NX_SKIP_FORMAT'];
});

function textOf(tree: Tree, path: string): string {
  return tree.read(path, 'utf8') ?? `there is no ${path}`;
}

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

describe('the files that addVariant writes', () => {
  const cases: readonly VariantGeneratorOptions[] = [
    { name: 'teal', from: 'cyan' },
    { name: 'null', from: 'cyan', options: ['true', 'on'] },
    { name: 'teal', from: 'cyan', description: `It's "quoted": #1 <b>%> \\ $HOME` },
    { name: 'teal', from: 'quay.io:5000/a/b:44', apply: ['base', 'cyan'], platforms: ['linux/arm64', 'linux/amd64'] },
    { name: 'a-name-of-several-words', from: `quay.io/a/b@sha256:${'0'.repeat(64)}` },
  ];

  it.each(cases)('say what was asked for: %j', async (options) => {
    const tree = createWorkspace();
    const { variant } = await addVariant(tree, options);
    const file = `packages/${options.name}/variant.yaml`;
    const { value, diagnostics } = parseVariant(join(tree.root, file), textOf(tree, file));
    expect(diagnostics).toEqual([]);
    const others = ['base', 'cyan'].map((name) => {
      const path = `packages/${name}/variant.yaml`;
      return parseVariant(path, textOf(tree, path)).value;
    });
    const family = createFamily([...others, value].filter((definition) => definition !== undefined)).value;
    // What was checked before and what is written now must be the same, apart from the places in the file.
    expect({ ...family?.variant(options.name), definition: '' }).toEqual({ ...variant, definition: '' });
  });

  it.each(['as they are', 'with the examples in use'] as const)('have packages that are right, %s', async (how) => {
    const tree = createWorkspace();
    const { variant } = await addVariant(tree, { name: 'teal', from: 'cyan' });
    const written = textOf(tree, 'packages/teal/packages.yaml');
    const used = written.replaceAll(/^ {2}# (\s*(?:- \S+|\w+:))$/gm, '  $1');
    expect(used).not.toBe(written);
    const { value, diagnostics } = parsePackages({
      file: 'packages/teal/packages.yaml',
      text: how === 'as they are' ? written : used,
      variant: 'teal' as VariantName,
      options: variant.options,
      releases: ['44', '43'].filter(isRelease),
    });
    expect(diagnostics).toEqual([]);
    const names = value?.lists.rpm.flatMap((list) => list.entries.map((entry) => entry.value));
    expect(names).toEqual(how === 'as they are' ? [] : ['cockpit', 'cockpit-machines', 'gnome-tweaks']);
  });

  it('pass the checks of overrides, and prettier', async () => {
    const tree = createWorkspace();
    tree.delete('package-lock.json');
    await addVariant(tree, { name: 'teal', from: 'cyan', description: "It's: teal" });
    const directory = mkdtempSync(join(tmpdir(), 'variant-generator-'));
    try {
      for (const { path, content } of tree.listChanges()) {
        if (!path.includes('teal')) continue;
        const file = join(directory, path);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, content ?? '');
      }
      const overrides = join(directory, 'packages/teal/artifacts/overrides');
      const scanned = await scanTree({ variant: 'teal', directory: overrides });
      expect(scanned.diagnostics).toEqual([]);
      expect(checkManifest(scanned.manifest.entries)).toEqual([]);

      const prettier = require.resolve('prettier/package.json').replace('package.json', 'bin/prettier.cjs');
      const workspaceRoot = join(__dirname, '../../../../..');
      await runCommand([
        process.execPath,
        prettier,
        '--check',
        '--ignore-unknown',
        '--config',
        join(workspaceRoot, '.prettierrc.json'),
        directory,
      ]);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});

describe('addVariant refuses, and writes nothing', () => {
  async function refusal(tree: Tree, options: VariantGeneratorOptions): Promise<string> {
    const before = contents(tree);
    const rendered = await addVariant(tree, options).then(
      () => 'added',
      (error: unknown) => renderError(error, { root: tree.root, colors: 'never' }),
    );
    expect(contents(tree)).toEqual(before);
    return rendered;
  }

  function contents(tree: Tree): Readonly<Record<string, string | undefined>> {
    return Object.fromEntries(tree.listChanges().map(({ path, content }) => [path, content?.toString()]));
  }

  it.each<[what: string, options: VariantGeneratorOptions, code: string, message: string]>([
    ['a name', { name: 'Teal', from: 'cyan' }, 'generator/invalid-name', '`Teal` is not a name of a variant'],
    ['an Nx project', { name: 'oci', from: 'cyan' }, 'generator/name-taken', 'Nx project `oci` already: libs/oci'],
    ['a package', { name: 'nx', from: 'cyan' }, 'generator/name-taken', '`@immutablue/nx` already: libs/plugin'],
    ['itself', { name: 'teal', from: 'teal' }, 'family/cycle', '`teal` stands on itself'],
    ['a reference', { name: 'teal', from: 'Quay io' }, 'yaml/wrong-value', '`Quay io` is not a name of a variant or'],
    [
      'a tag of a variant',
      { name: 'teal', from: 'cyan:44' },
      'yaml/wrong-value',
      '`cyan:44` is not a name of a variant',
    ],
    [
      'an option',
      { name: 'teal', from: 'cyan', options: ['a_b'] },
      'yaml/wrong-value',
      '`a_b` is not a name of a build',
    ],
    ['two lines', { name: 'teal', from: 'cyan', description: 'a\nb' }, 'yaml/wrong-value', 'is not a description'],
    ['a platform', { name: 'teal', from: 'quay.io/a/b', platforms: ['linux/arm'] }, 'yaml/wrong-value', 'linux/arm'],
    [
      'to apply nobody',
      { name: 'teal', from: 'quay.io/a/b', apply: ['bases'] },
      'family/unknown-variant',
      'did you mean `base`?',
    ],
    [
      'to apply out of order',
      { name: 'teal', from: 'quay.io/a/b', apply: ['cyan'] },
      'family/invalid-apply',
      '`cyan` builds on `base`, which is not applied before it',
    ],
  ])('%s', async (_what, options, code, message) => {
    const text = await refusal(createWorkspace(), options);
    expect(text).toContain(`error[${code}]: `);
    expect(text).toContain(message);
    expect(text).not.toContain('packages/teal/variant.yaml');
  });

  it('a name of a variant', async () => {
    expect(await refusal(createWorkspace(), { name: 'cyan', from: 'base' })).toMatchInlineSnapshot(`
     "error[generator/name-taken]: there is a variant \`cyan\` already
       --> packages/cyan/variant.yaml:1:7
       |
     1 | name: cyan
       |       ^^^^
       hint: choose another name"
    `);
  });

  it('a name whose image another variant builds', async () => {
    expect(await refusal(createWorkspace(), { name: 'apple', from: 'base' })).toMatchInlineSnapshot(`
     "error[generator/name-taken]: the variant \`asahi\` builds the image \`immutablue-apple\` already
       --> packages/asahi/variant.yaml:5:8
       |
     5 | image: immutablue-apple
       |        ^^^^^^^^^^^^^^^^
       hint: choose another name"
    `);
  });

  it('a name whose folder is there', async () => {
    const tree = createWorkspace();
    tree.write('packages/teal/notes.txt', '');
    expect(await refusal(tree, { name: 'teal', from: 'base' })).toMatchInlineSnapshot(`
     "error[generator/name-taken]: \`packages/teal\` exists already
       hint: choose another name, or remove it if nothing needs it"
    `);
  });

  it('an unknown parent', async () => {
    expect(await refusal(createWorkspace(), { name: 'teal', from: 'cyam' })).toMatchInlineSnapshot(`
     "error[family/unknown-parent]: \`teal\` is from \`cyam\`, and there is no such variant
       hint: did you mean \`cyan\`?"
    `);
    expect(await refusal(createWorkspace(), { name: 'teal', from: 'kinoite' })).toMatchInlineSnapshot(`
     "error[family/unknown-parent]: \`teal\` is from \`kinoite\`, and there is no such variant
       hint: known here: \`asahi\`, \`base\`, \`cyan\`"
    `);
  });

  it('apply and a platform that do not go with the parent, both at once', async () => {
    const options = { name: 'teal', from: 'cyan', apply: ['base'], platforms: ['linux/arm64'] };
    expect(await refusal(createWorkspace(), options)).toMatchInlineSnapshot(`
     "error[family/invalid-apply]: \`teal\` is from the variant \`cyan\` and cannot apply another
       hint: leave out --apply, or give an upstream image to --from

     error[family/no-platform]: \`teal\` is for linux/arm64, and its parent \`cyan\` is not
       hint: leave out --platforms: those of \`cyan\` are linux/amd64"
    `);
  });

  it('all bad build options at once', async () => {
    expect(await refusal(createWorkspace(), { name: 'teal', from: 'cyan', options: ['Foo', 'ok', 'rm'] }))
      .toMatchInlineSnapshot(`
     "error[yaml/wrong-value]: \`Foo\` is not a name of a build option
       hint: lowercase letters, digits and single hyphens, beginning with a letter; \`rm\`, \`runtime\`, \`url\`, \`x86_64\`, \`aarch64\` have a meaning of their own in packages.yaml

     error[yaml/wrong-value]: \`rm\` is not a name of a build option
       hint: lowercase letters, digits and single hyphens, beginning with a letter; \`rm\`, \`runtime\`, \`url\`, \`x86_64\`, \`aarch64\` have a meaning of their own in packages.yaml"
    `);
  });

  it('a parent whose file is broken, and says how it is', async () => {
    const tree = createWorkspace();
    addVariantFolder(tree, 'cyan', 'form: base');
    expect(await refusal(tree, { name: 'teal', from: 'cyan' })).toMatchInlineSnapshot(`
     "error[yaml/unknown-key]: unknown key \`form\`
       --> packages/cyan/variant.yaml:3:1
       |
     3 | form: base
       | ^^^^
       hint: did you mean \`from\`?"
    `);
  });

  it('a family that is broken', async () => {
    const tree = createWorkspace();
    addVariantFolder(tree, 'cyan', 'from: cyan');
    expect(await refusal(tree, { name: 'teal', from: 'base' })).toContain('`cyan` stands on itself');
  });

  it('a workspace without the plugin', async () => {
    const tree = createWorkspace();
    writeJson(tree, 'nx.json', {});
    expect(await refusal(tree, { name: 'teal', from: 'base' })).toContain('the option `releases` of the plugin');
  });

  it('an option of another type', async () => {
    const options = { name: 'teal', from: 'base', apply: 'base' } as unknown as VariantGeneratorOptions;
    expect(await refusal(createWorkspace(), options)).toMatchInlineSnapshot(
      `"error[yaml/wrong-value]: the option --apply: Invalid input: expected array, received string"`,
    );
  });
});
