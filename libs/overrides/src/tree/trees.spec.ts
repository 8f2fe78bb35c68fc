import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { directory, file, link, plant } from '../testing/plant';
import { rendered, renderedError } from '../testing/entries';
import { useTemporaryDirectory } from '../testing/temporary';
import { findTrees, selectTrees } from './trees';

const temporary = useTemporaryDirectory();

describe('findTrees', () => {
  it('finds the plain tree first, then those of options by name, and nothing else', async () => {
    plant(temporary(), {
      'artifacts/overrides_zfs': directory(),
      'artifacts/overrides_gui': directory(),
      'artifacts/overrides': directory(),
      'artifacts/overridesgui': directory(),
      'artifacts/docs': directory(),
    });
    expect(await findTrees(temporary(), 'trueblue')).toEqual([
      { variant: 'trueblue', directory: join(temporary(), 'artifacts/overrides') },
      { variant: 'trueblue', option: 'gui', directory: join(temporary(), 'artifacts/overrides_gui') },
      { variant: 'trueblue', option: 'zfs', directory: join(temporary(), 'artifacts/overrides_zfs') },
    ]);
  });

  it('keeps what only has the name of a tree, so that the scan can say so', async () => {
    plant(temporary(), { 'artifacts/overrides': link('/etc'), 'artifacts/overrides_gui': file('x') });
    expect(await findTrees(temporary(), 'cyan')).toHaveLength(2);
  });

  it.each([
    ['a variant without artifacts', {}],
    ['empty artifacts', { artifacts: directory() }],
  ])('finds none in %s', async (_, plants) => {
    plant(temporary(), plants);
    expect(await findTrees(temporary(), 'cyan')).toEqual([]);
  });

  it('says when the artifacts cannot be listed', async () => {
    plant(temporary(), { artifacts: file('x') });
    expect(await renderedError(() => findTrees(temporary(), 'cyan'), temporary())).toMatchInlineSnapshot(`
     "error[override/unsupported-type]: \`artifacts\` is a file, not a directory
       --> artifacts:1:1"
    `);
  });
});

describe('selectTrees', () => {
  const plain = { variant: 'base', directory: '/w/packages/base/artifacts/overrides' };
  const gui = { variant: 'base', option: 'gui', directory: '/w/packages/base/artifacts/overrides_gui' };
  const lts = { variant: 'base', option: 'lts', directory: '/w/packages/base/artifacts/overrides_lts' };
  const known = ['gui', 'silverblue', 'lts', 'zfs'];

  it.each([
    ['no options', [], [plain]],
    ['one option', ['gui'], [plain, gui]],
    ['options in their own order', ['lts', 'silverblue', 'gui'], [plain, lts, gui]],
  ])('%s', (_, options, expected) => {
    expect(selectTrees([plain, gui, lts], options, known)).toEqual({ trees: expected, diagnostics: [] });
  });

  it('refuses a tree of an unknown option', () => {
    const typo = { variant: 'base', option: 'giu', directory: '/w/packages/base/artifacts/overrides_giu' };
    const { trees, diagnostics } = selectTrees([plain, typo], ['gui'], known);
    expect(trees).toEqual([plain]);
    expect(rendered(diagnostics, '/w')).toMatchInlineSnapshot(`
     "error[override/unknown-option]: \`overrides_giu\` is for the build option \`giu\`, which no variant has
       --> packages/base/artifacts/overrides_giu:1:1
       hint: did you mean \`gui\`?"
    `);
  });
});

it('refuses `artifacts` that is a link: what it leads to could change without a trace', async () => {
  const folder = temporary();
  mkdirSync(join(folder, 'elsewhere'));
  symlinkSync('elsewhere', join(folder, 'artifacts'));
  await expect(findTrees(folder, 'cyan')).rejects.toThrow(/`artifacts` is a symlink, not a directory/);
});
