import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { runCommand, tryCommand } from '@immutablue/oci';

const WORKSPACE = resolve(__dirname, '../../..');
const SOURCE = 'src/greeting.ts';

/** A workspace of one module, which imports another. */
let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'immutablue-load-'));
  for (const folder of ['tools/workspace', 'src', 'node_modules']) await mkdir(join(root, folder), { recursive: true });
  await copyFile(join(WORKSPACE, 'tools/workspace/load.cjs'), join(root, 'tools/workspace/load.cjs'));
  await symlink(join(WORKSPACE, 'node_modules/esbuild'), join(root, 'node_modules/esbuild'));
  await writeFile(join(root, 'tsconfig.base.json'), '{}');
  await writeFile(
    join(root, SOURCE),
    `import { name } from './name';\nexport const greeting: string = 'hello ' + name;\n`,
  );
  await writeFile(join(root, 'src/name.ts'), `export const name = 'world';\n`);
  await rest();
});

afterEach(() => rm(root, { recursive: true }));

/** A source that was edited in the milliseconds before it was compiled is compiled once more. */
function rest(): Promise<void> {
  return setTimeout(100);
}

const LOAD = `const { load } = require('./tools/workspace/load.cjs');
const greet = () => console.log(load(require('path').resolve('${SOURCE}')).greeting);
`;

/** What a program prints that loads the module. */
async function run(program = 'greet();'): Promise<string> {
  const { stdout } = await runCommand([process.execPath, '--eval', LOAD + program], { cwd: root });
  return stdout;
}

const compiled = () => join(root, 'node_modules/.cache/immutablue/src-greeting.ts.cjs');

it('compiles again when a source has changed, and only then', async () => {
  expect(await run()).toBe('hello world');
  await rm(join(root, 'node_modules/esbuild'));
  expect(await run()).toBe('hello world');
  await symlink(join(WORKSPACE, 'node_modules/esbuild'), join(root, 'node_modules/esbuild'));
  await writeFile(join(root, 'src/name.ts'), `export const name = 'moon';\n`);
  expect(await run()).toBe('hello moon');
});

it.each([
  ['is empty', (file: string) => truncate(file)],
  ['is cut in its first line', (file: string) => truncate(file, 40)],
  ['is cut in its code', async (file: string) => truncate(file, (await readFile(file)).length - 10)],
  [
    'has other code than was compiled',
    async (file: string) => writeFile(file, (await readFile(file, 'utf8')).replace('hello', 'HELLO')),
  ],
  ['has zeros for code', async (file: string) => writeFile(file, Buffer.alloc((await readFile(file)).length))],
  ['has a record that is none', (file: string) => writeFile(file, '// null\n')],
])('compiles again when the compiled file %s', async (_, damage) => {
  expect(await run()).toBe('hello world');
  await damage(compiled());
  expect(await run()).toBe('hello world');
  // It is whole again.
  await rm(join(root, 'node_modules/esbuild'));
  expect(await run()).toBe('hello world');
});

it('gives a process that goes on what its sources have become', async () => {
  const edit = `require('fs').writeFileSync('src/name.ts', "export const name = 'moon';");`;
  expect(await run(`greet(); ${edit} greet();`)).toBe('hello world\nhello moon');
});

it('names what cannot be compiled, and keeps nothing of it', async () => {
  await writeFile(join(root, 'src/name.ts'), 'export const = 1;\n');
  const { tail } = await tryCommand([process.execPath, '--eval', `${LOAD}greet();`], { cwd: root });
  expect(tail.join('\n')).toContain("file: 'src/name.ts'");
  expect(existsSync(compiled())).toBe(false);
});

it('runs what it cannot write, and compiles it once', async () => {
  const readOnly = 'mount --bind "$PWD" "$PWD" && mount -o remount,bind,ro "$PWD" && cd "$PWD" && exec "$@"';
  const program = `${LOAD}greet(); require('esbuild').buildSync = undefined; greet();`;
  const argv = ['unshare', '--mount', 'sh', '-euc', readOnly, 'sh', process.execPath, '--eval', program] as const;
  const { stdout } = await runCommand(argv, { cwd: root });
  expect(stdout).toBe('hello world\nhello world');
  expect(existsSync(compiled())).toBe(false);
});
