import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runCommand } from '@immutablue/oci';
import { checkManifest, scanTree } from '@immutablue/overrides';
import { checkedValue, isRelease, parseFamily, parsePackages, type VariantName } from '@immutablue/variant';
import { addVariant } from './add-variant';
import { type VariantGeneratorOptions } from './options';
import { createWorkspace, textOf } from './testing/workspace';

// Prettier loads itself as an ES module, for which Jest has no room: the files must come out formatted as they are.
beforeAll(() => {
  process.env['NX_SKIP_FORMAT'] = 'true';
});
afterAll(() => {
  delete process.env['NX_SKIP_FORMAT'];
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
    const files = ['base', 'cyan', options.name].map((name) => {
      const file = `packages/${name}/variant.yaml`;
      return { file: join(tree.root, file), text: textOf(tree, file) };
    });
    const family = checkedValue(parseFamily(files));
    // What was checked before and what is written now must be the same, apart from the places in the file.
    expect({ ...family.variant(options.name), definition: '' }).toEqual({ ...variant, definition: '' });
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
