import { render } from '../testing/render';
import { readPackageName } from './package-name';

const errorsOf = (manifest: unknown) =>
  render(
    readPackageName(
      'packages/navy/package.json',
      typeof manifest === 'string' ? manifest : JSON.stringify(manifest, undefined, 2),
    ).diagnostics,
  );

it('accepts a package that Nx calls by the name of its folder, and what others say is wrong', () => {
  for (const manifest of [
    { name: '@immutablue/navy', nx: { name: 'navy' } },
    { name: 'navy' },
    { name: '@immutablue/navy' },
    { name: 'other', nx: { name: 'navy' } },
    { private: true },
    '{"name": "teal"',
    '',
  ]) {
    expect(errorsOf(manifest)).toBe('');
  }
});

it('says that a folder was renamed without its package.json', () => {
  expect(errorsOf({ name: '@immutablue/teal', version: '0.1.0', nx: { name: 'teal', tags: [] } }))
    .toMatchInlineSnapshot(`
   "error[yaml/wrong-value]: package.json has Nx call this variant \`teal\`, and its folder is \`navy\`
     --> packages/navy/package.json:5:13
     |
   5 |     "name": "teal",
     |             ^^^^^^
     hint: write \`"nx": {"name": "navy"}\`, and look at the \`name\` of the package too"
  `);
  expect(errorsOf({ name: '@immutablue/teal' })).toMatchInlineSnapshot(`
   "error[yaml/wrong-value]: package.json has Nx call this variant \`@immutablue/teal\`, and its folder is \`navy\`
     --> packages/navy/package.json:2:11
     |
   2 |   "name": "@immutablue/teal"
     |           ^^^^^^^^^^^^^^^^^^
     hint: write \`"nx": {"name": "navy"}\`, and look at the \`name\` of the package too"
  `);
  expect(errorsOf('{\n\t"nx": {\n\t\t"name": "teal"\n\t}\n}\n')).toMatchInlineSnapshot(`
   "error[yaml/wrong-value]: package.json has Nx call this variant \`teal\`, and its folder is \`navy\`
     --> packages/navy/package.json:3:11
     |
   3 |   "name": "teal"
     |           ^^^^^^
     hint: write \`"nx": {"name": "navy"}\`, and look at the \`name\` of the package too"
  `);
});

it.each([
  [{ name: '@org/navy' }, '@org/navy'],
  [{ name: '@org/navy', nx: { tags: [] } }, '@org/navy'],
  [{ name: '@org/navy', nx: { name: 'navy' } }, 'navy'],
  [{ private: true }, 'navy'],
])('knows what Nx calls the variant of %j', (manifest, expected) => {
  expect(readPackageName('packages/navy/package.json', JSON.stringify(manifest)).value).toBe(expected);
});
