import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readRooms, readVariantTests } from './rooms';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'immutablue-rooms-'));
  for (const parent of ['libs', 'tools', 'packages']) await mkdir(join(root, parent));
});
afterEach(() => rm(root, { recursive: true }));

async function put(path: string, content: unknown): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), JSON.stringify(content));
}

async function room(directory: string, dependencies: readonly string[] = []): Promise<void> {
  const name = directory.slice(directory.lastIndexOf('/') + 1);
  await put(`${directory}/package.json`, {
    name: `@x/${name}`,
    exports: directory.startsWith('libs/') ? { '.': './src/index.ts' } : undefined,
    dependencies: Object.fromEntries(
      ['zod', ...dependencies.map((each) => `@x/${each}`)].map((each) => [each, '1.0.0']),
    ),
    nx: { name },
  });
}

it('gives each room after those that it depends on', async () => {
  await room('libs/alpha', ['gamma']);
  await room('libs/beta');
  await room('libs/gamma', ['beta']);
  await room('tools/a-tool', ['alpha', 'testing']);
  await room('testing');
  await put('libs/beta/src/testing/index.ts', '');
  await put('libs/no-room/notes.json', {});
  const found = readRooms(root).map(({ directory, dependencies, isImportable, sharesTesting }) =>
    [directory, dependencies.map(({ name }) => name).join(), isImportable, sharesTesting].join(' '),
  );
  expect(found).toEqual([
    'libs/beta  true true',
    'libs/gamma beta true false',
    'libs/alpha gamma true false',
    'testing  false false',
    'tools/a-tool alpha,testing false false',
  ]);
});

it('refuses packages that depend on each other', async () => {
  await room('libs/alpha', ['beta']);
  await room('libs/beta', ['gamma']);
  await room('libs/gamma', ['beta']);
  expect(() => readRooms(root)).toThrow('in a circle: @x/alpha → @x/beta → @x/gamma → @x/beta');
});

it('finds the tests of variants', async () => {
  await put('packages/teal/tests/tsconfig.json', {});
  await put('packages/cyan/variant.json', {});
  expect(readVariantTests(root)).toEqual([{ variant: 'teal', directory: 'packages/teal/tests' }]);
});
