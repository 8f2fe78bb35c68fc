import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { tryCommand } from '@immutablue/oci';

/** dependency-cruiser loads TypeScript for each of these, which takes seconds where much else runs. */
jest.setTimeout(60_000);

const WORKSPACE = resolve(__dirname, '../../..');

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'immutablue-circles-'));
  await copyFile(join(WORKSPACE, '.dependency-cruiser.mjs'), join(root, '.dependency-cruiser.mjs'));
  await symlink(join(WORKSPACE, 'node_modules'), join(root, 'node_modules'));
  await mkdir(join(root, 'src'));
});
afterEach(() => rm(root, { recursive: true }));

it.each([
  ['refuses files that import each other', `import { b } from './b';`, `import { a } from './a';`, 1],
  ['refuses files that import the types of each other', `import { b } from './b';`, `import type { a } from './a';`, 1],
  ['lets imports go one way', `import { b } from './b';`, ``, 0],
])('%s', async (_, importsOfA, importsOfB, exitCode) => {
  await writeFile(join(root, 'src/a.ts'), `${importsOfA}\nexport const a: number = b;\n`);
  await writeFile(join(root, 'src/b.ts'), `${importsOfB}\nexport const b = 1;\n`);
  const depcruise = join(WORKSPACE, 'node_modules/.bin/depcruise');
  const result = await tryCommand([depcruise, '--config', '.dependency-cruiser.mjs', 'src'], { cwd: root });
  expect({ exitCode: result.exitCode, output: result.stdout.includes('no-circle') }).toEqual({
    exitCode,
    output: exitCode !== 0,
  });
});
