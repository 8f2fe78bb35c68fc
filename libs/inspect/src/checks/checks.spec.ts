import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CHECK_NAMES } from '.';

it('have names that variant.yaml can state, each once', () => {
  expect(CHECK_NAMES.filter((name) => !/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(name))).toEqual([]);
  expect(new Set(CHECK_NAMES).size).toBe(CHECK_NAMES.length);
});

it('are all in docs/testing-images.md', () => {
  const documentation = readFileSync(join(__dirname, '../../../../docs/testing-images.md'), 'utf8');
  expect(CHECK_NAMES.filter((name) => !documentation.includes(`\`${name}\``))).toEqual([]);
});
