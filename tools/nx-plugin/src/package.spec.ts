import { join } from 'node:path';
import { runCommand } from '@immutablue/oci';
import { executors } from '../executors.json';
import { generators } from '../generators.json';
import * as implemented from './generators';

/** What npm puts into the package, as which others install it. */
let packed: readonly string[];

beforeAll(async () => {
  const { stdout } = await runCommand([
    'npm',
    'pack',
    '--dry-run',
    '--json',
    '--ignore-scripts',
    join(__dirname, '..'),
  ]);
  const [{ files }] = JSON.parse(stdout) as [{ files: readonly { path: string }[] }];
  packed = files.map(({ path }) => `./${path}`);
});

const pathsIn = (entry: object) =>
  Object.values(entry)
    .map(String)
    .filter((value) => value.startsWith('./'));

it.each(Object.entries({ ...generators, ...executors }))('has what Nx loads for %s', (_, entry) => {
  for (const path of pathsIn(entry)) expect(packed).toContain(path.split('#')[0]);
});

it('has a function for each generator, and the templates', () => {
  const names = Object.values(generators).map(({ factory }) => factory.split('#')[1]);
  expect(names.sort()).toEqual(Object.keys(implemented).sort());
  expect(packed).toContain('./src/generators/variant/files/package/variant.yaml.template');
});
