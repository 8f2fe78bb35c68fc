import { checkedValue } from '../checked';
import { parseFamily } from './parse';
import { render } from '../testing/render';
import { checkPackageDependencies } from './package-dependencies';

const TEXTS: Readonly<Record<string, string>> = {
  base: 'name: base\ndescription: d\nfrom: quay.io/x/silverblue\n',
  cyan: 'name: cyan\ndescription: d\nfrom: base\n',
  teal: 'name: teal\ndescription: d\nfrom: cyan\n',
  asahi: 'name: asahi\ndescription: d\nfrom: quay.io/x/asahi\napply: [base]\n',
};
const files = Object.entries(TEXTS).map(([name, text]) => ({ file: `packages/${name}/variant.yaml`, text }));
const family = checkedValue(parseFamily(files));

/** What is said of a variant whose package depends on these. */
function faultsOf(name: string, ...dependencies: readonly string[]): string {
  const packages = new Map(
    Object.keys(TEXTS).map((variant) => {
      const needed = variant === name ? Object.fromEntries(dependencies.map((each) => [each, '0.1.0'])) : {};
      const text = JSON.stringify({ name: `@org/${variant}`, dependencies: needed }, undefined, 2);
      return [variant, { file: `packages/${variant}/package.json`, text }];
    }),
  );
  return render(checkPackageDependencies(family.variant(name), packages));
}

it('names both places when `from` has changed and package.json was left behind', () => {
  expect(faultsOf('teal', '@org/base')).toMatchInlineSnapshot(`
   "error[yaml/wrong-value]: package.json depends on \`@org/base\`, and variant.yaml is from \`cyan\`
     --> packages/teal/package.json:4:5
     |
   4 |     "@org/base": "0.1.0"
     |     ^^^^^^^^^^^
     | \`from\` is at packages/teal/variant.yaml:3:7
     hint: depend on \`@org/cyan\` in its stead"
  `);
  expect(faultsOf('base', 'zod', '@org/cyan')).toMatchInlineSnapshot(`
   "error[yaml/wrong-value]: package.json depends on \`@org/cyan\`, and variant.yaml is from \`quay.io/x/silverblue\`
     --> packages/base/package.json:5:5
     |
   5 |     "@org/cyan": "0.1.0"
     |     ^^^^^^^^^^^
     | \`from\` is at packages/base/variant.yaml:3:7
     hint: take the dependency out"
  `);
});

it.each([
  ['teal', ['@org/cyan', 'zod']],
  ['base', []],
  ['cyan', []],
  ['asahi', ['@org/base']],
])('accepts that %s depends on %j', (name, dependencies) => {
  expect(faultsOf(name, ...dependencies)).toBe('');
});

it('leaves to npm what is no package.json', () => {
  const packages = new Map([['teal', { file: 'packages/teal/package.json', text: '{"dependencies": [' }]]);
  expect(checkPackageDependencies(family.variant('teal'), packages)).toEqual([]);
});
