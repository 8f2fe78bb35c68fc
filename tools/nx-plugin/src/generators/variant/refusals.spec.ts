import { writeJson, type Tree } from '@nx/devkit';
import { renderError } from '@immutablue/diagnostics';
import { addVariant } from './add-variant';
import { type VariantGeneratorOptions } from './options';
import { addVariantFolder, createWorkspace } from './testing/workspace';

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
      `"error[options/wrong]: the option \`--apply\`: expected a list, found \`base\`"`,
    );
  });
});
