import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FOLDER_PARTS, isSeenByScripts } from './variant-folder';

it.each([
  ['files/f', true],
  ['build/35-mesa.sh', true],
  ['distribution/x', true],
  ['dist/image.json', false],
  ['artifacts/overrides/etc/motd', false],
  ['README.md', false],
  ['tsconfig.spec.json', false],
  ['tsconfig-data', true],
  ['.gitignore', false],
])('%s is seen by scripts: %s', (path, expected) => {
  expect(isSeenByScripts(path)).toBe(expected);
});

it('is the table of the docs', () => {
  const docs = readFileSync(join(__dirname, '../../../docs/rebuilds.md'), 'utf8');
  for (const { name, why } of FOLDER_PARTS)
    expect(docs).toMatch(new RegExp(`\\| \`${name.replaceAll(/[.*]/g, '\\$&')}\`.*${why}`));
});
