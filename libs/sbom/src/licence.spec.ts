import { licenceExpression } from './licence';

it.each([
  ['MIT', 'MIT'],
  [' GPL-2.0-only  AND   MIT ', 'GPL-2.0-only AND MIT'],
  ['MIT or GPL-2.0-or-later with Classpath-exception-2.0', 'MIT OR GPL-2.0-or-later WITH Classpath-exception-2.0'],
  ['(MIT OR Zlib) AND (ISC AND GPL-2.0+)', '(MIT OR Zlib) AND ISC AND GPL-2.0+'],
])('%j is an expression', (text, expression) => {
  expect(licenceExpression(text)).toEqual({ expression, references: new Map() });
});

it('explains the references that an expression has itself', () => {
  expect(licenceExpression('LicenseRef-Fedora-Public-Domain AND MIT')).toEqual({
    expression: 'LicenseRef-Fedora-Public-Domain AND MIT',
    references: new Map([['LicenseRef-Fedora-Public-Domain', 'LicenseRef-Fedora-Public-Domain']]),
  });
});

it.each([
  ['GPLv2+ and MIT', /^LicenseRef-rpm-GPLv2-and-MIT-[0-9a-f]{8}$/],
  ['GPLv2 and MIT', /^LicenseRef-rpm-GPLv2-and-MIT-[0-9a-f]{8}$/],
  ['mit', /^LicenseRef-rpm-mit-[0-9a-f]{8}$/],
  ['NONE', /^LicenseRef-rpm-NONE-[0-9a-f]{8}$/],
  ['DocumentRef-other:LicenseRef-1 AND MIT', /^LicenseRef-rpm-DocumentRef-other-LicenseRef-1-AND-MIT-[0-9a-f]{8}$/],
  ['§\n"', /^LicenseRef-rpm-[0-9a-f]{8}$/],
  ['('.repeat(100_000), /^LicenseRef-rpm-[0-9a-f]{8}$/],
  ['MIT\n', undefined],
  ['A'.repeat(200), /^LicenseRef-rpm-A{60}-[0-9a-f]{8}$/],
])('%.40j keeps its own words', (text, name) => {
  const { expression, references } = licenceExpression(text) ?? { expression: '', references: new Map() };
  if (name === undefined) {
    expect([expression, references.size]).toEqual(['MIT', 0]);
  } else {
    expect(expression).toMatch(name);
    expect(references).toEqual(new Map([[expression, text]]));
  }
});

it('tells texts apart that differ in signs alone', () => {
  expect(licenceExpression('GPLv2+')?.expression).not.toBe(licenceExpression('GPLv2')?.expression);
});

it.each([undefined, '', ' \n'])('says nothing of %j', (text) => {
  expect(licenceExpression(text)).toBeUndefined();
});
