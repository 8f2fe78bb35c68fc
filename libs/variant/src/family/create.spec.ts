import { DiagnosticError } from '@immutablue/diagnostics';
import { release } from '../testing/names';
import { render } from '../testing/render';
import { parseVariant } from '../variant-file/parse';
import { createFamily } from './create';
import { upstreamReference } from './family';

const UPSTREAM = 'quay.io/fedora-ostree-desktops/silverblue';

/** A family from the lines of its files that differ. */
function familyOf(variants: Readonly<Record<string, string>>) {
  return createFamily(
    Object.entries(variants).map(([name, lines]) => {
      const { value, diagnostics } = parseVariant(
        `packages/${name}/variant.yaml`,
        `name: ${name}\ndescription: ${name}\n${lines}`,
      );
      if (value === undefined) throw new Error(render(diagnostics));
      return value;
    }),
  );
}
const errorsOf = (variants: Readonly<Record<string, string>>) => render(familyOf(variants).diagnostics);

const base = `from: ${UPSTREAM}\noptions: [gui, silverblue]\n`;

describe('createFamily', () => {
  it('puts parents and applied variants first, and adds up build options', () => {
    const { value, diagnostics } = familyOf({
      zinc: `from: ${UPSTREAM}:44\napply: [base]\noptions: [zinc]\n`,
      cyan: 'from: base\noptions: [cyan, gui]\n',
      base,
      azure: 'from: cyan\noptions: [azure]\n',
    });
    expect(diagnostics).toEqual([]);
    expect(value?.variants.map(({ name, from, applied, options }) => ({ name, from, applied, options }))).toEqual([
      { name: 'base', from: { kind: 'upstream', reference: UPSTREAM }, applied: [], options: ['gui', 'silverblue'] },
      {
        name: 'cyan',
        from: { kind: 'variant', name: 'base' },
        applied: [],
        options: ['gui', 'silverblue', 'cyan'],
      },
      {
        name: 'azure',
        from: { kind: 'variant', name: 'cyan' },
        applied: [],
        options: ['gui', 'silverblue', 'cyan', 'azure'],
      },
      { name: 'zinc', from: { kind: 'upstream', reference: `${UPSTREAM}:44` }, applied: ['base'], options: ['zinc'] },
    ]);
    expect(value?.knownOptions).toEqual(['gui', 'silverblue', 'cyan', 'azure', 'zinc']);
    expect(value?.variant('cyan').imageName).toBe('immutablue-cyan');
  });

  it('does not depend on the order of the files', () => {
    const files = {
      base,
      cyan: 'from: base\n',
      teal: 'from: cyan\n',
      zinc: `from: ${UPSTREAM}\napply: [base, cyan]\n`,
    };
    const reversed = Object.fromEntries(Object.entries(files).toReversed());
    const names = (variants: typeof files) => familyOf(variants).value?.variants.map(({ name }) => name);
    expect(names(reversed as typeof files)).toEqual(names(files));
  });

  it('is empty without variants', () => {
    expect(createFamily([]).value?.variants).toEqual([]);
  });

  it('has an answer for the name of no variant', () => {
    const family = familyOf({ base, cyan: 'from: base\n' }).value;
    const ask = () => family?.variant('cyna');
    expect(ask).toThrow(DiagnosticError);
    expect(ask).toThrow('there is no variant `cyna`');
  });

  it('reports an unknown parent', () => {
    expect(errorsOf({ base, teal: 'from: bsae\n' })).toMatchInlineSnapshot(`
     "error[family/unknown-parent]: \`teal\` is from \`bsae\`, and there is no such variant
       --> packages/teal/variant.yaml:3:7
       |
     3 | from: bsae
       |       ^^^^
       hint: did you mean \`base\`?"
    `);
  });

  it('reports a circle once, with all that are in it', () => {
    expect(errorsOf({ base, azure: 'from: cyan\n', cyan: 'from: teal\n', teal: 'from: azure\n', zinc: 'from: teal\n' }))
      .toMatchInlineSnapshot(`
     "error[family/cycle]: \`azure\` stands on itself: azure → cyan → teal → azure
       --> packages/azure/variant.yaml:3:7
       |
     3 | from: cyan
       |       ^^^^
       hint: change the \`from:\` or \`apply:\` of one of them"
    `);
  });

  it('reports a variant that is from itself', () => {
    expect(errorsOf({ teal: 'from: teal\n' })).toMatchInlineSnapshot(`
     "error[family/cycle]: \`teal\` stands on itself: teal → teal
       --> packages/teal/variant.yaml:3:7
       |
     3 | from: teal
       |       ^^^^
       hint: change the \`from:\` or \`apply:\` of one of them"
    `);
  });

  it('says nothing of what only applies a variant of a circle', () => {
    const errors = errorsOf({
      azure: `from: ${UPSTREAM}\napply: [teal]\n`,
      cyan: 'from: teal\n',
      teal: 'from: cyan\n',
    });
    expect(errors.match(/error\[[^\]]+\]/g)).toEqual(['error[family/cycle]']);
  });

  it('reports a circle through `apply`', () => {
    expect(errorsOf({ azure: `from: ${UPSTREAM}\napply: [teal]\n`, teal: 'from: azure\n' })).toMatchInlineSnapshot(`
     "error[family/cycle]: \`azure\` stands on itself: azure → teal → azure
       --> packages/azure/variant.yaml:4:9
       |
     4 | apply: [teal]
       |         ^^^^
       hint: change the \`from:\` or \`apply:\` of one of them"
    `);
  });

  it('reports a name of an image that two variants have, at both places', () => {
    expect(errorsOf({ base, cyan: 'from: base\nimage: immutablue-teal\n', teal: 'from: base\n' }))
      .toMatchInlineSnapshot(`
     "error[family/duplicate-name]: two variants build the image \`immutablue-teal\`
       --> packages/teal/variant.yaml:1:7
       |
     1 | name: teal
       |       ^^^^
       | the other: packages/cyan/variant.yaml:4:8
       hint: give one of them another \`image:\`"
    `);
  });

  it('reports a name that two variants have', () => {
    const { value } = parseVariant('packages/base/variant.yaml', `name: base\ndescription: x\n${base}`);
    const { value: other } = parseVariant(
      'elsewhere/base/variant.yaml',
      `name: base\ndescription: x\n${base}image: y\n`,
    );
    expect(render(createFamily(value && other ? [value, other] : []).diagnostics)).toMatchInlineSnapshot(`
     "error[family/duplicate-name]: two variants are named \`base\`
       --> elsewhere/base/variant.yaml:1:7
       |
     1 | name: base
       |       ^^^^
       | the other: packages/base/variant.yaml:1:7
       hint: give one of them another name"
    `);
  });

  it('reports `apply` where it makes no sense', () => {
    expect(
      errorsOf({
        base,
        cyan: 'from: base\n',
        teal: 'from: cyan\napply: [base]\n',
        azure: `from: ${UPSTREAM}\napply: [cyan, bas]\n`,
      }),
    ).toMatchInlineSnapshot(`
     "error[family/invalid-apply]: \`cyan\` builds on \`base\`, which is not applied before it
       --> packages/azure/variant.yaml:4:9
       |
     4 | apply: [cyan, bas]
       |         ^^^^
       hint: put \`base\` before \`cyan\`

     error[family/unknown-variant]: \`azure\` applies \`bas\`, and there is no such variant
       --> packages/azure/variant.yaml:4:15
       |
     4 | apply: [cyan, bas]
       |               ^^^
       hint: did you mean \`base\`?

     error[family/invalid-apply]: \`teal\` is from the variant \`cyan\` and cannot apply another
       --> packages/teal/variant.yaml:4:9
       |
     4 | apply: [base]
       |         ^^^^
       hint: remove \`apply:\`, or write an upstream image after \`from:\`"
    `);
  });

  it('reports platforms for which there is no parent', () => {
    expect(errorsOf({ base, teal: 'from: base\nplatforms: [linux/amd64, linux/arm64]\n' })).toMatchInlineSnapshot(`
     "error[family/no-platform]: \`teal\` is for linux/arm64, and its parent \`base\` is not
       --> packages/teal/variant.yaml:4:26
       |
     4 | platforms: [linux/amd64, linux/arm64]
       |                          ^^^^^^^^^^^
       hint: write \`platforms: [linux/amd64]\` here, or add linux/arm64 to those of \`base\`"
    `);
  });
});

describe('upstreamReference', () => {
  it.each([
    ['quay.io/x/y', 'quay.io/x/y:44'],
    ['localhost:5000/x/y', 'localhost:5000/x/y:44'],
    ['quay.io/x/y:43', 'quay.io/x/y:43'],
    ['quay.io/x/y@sha256:00', 'quay.io/x/y@sha256:00'],
    ['quay.io/x/y:{release}-cyan', 'quay.io/x/y:44-cyan'],
    ['quay.io/x/y:f{release}.{release}', 'quay.io/x/y:f44.44'],
  ])('%s is %s', (reference, expected) => {
    expect(upstreamReference(reference, release('44'))).toBe(expected);
  });
});
