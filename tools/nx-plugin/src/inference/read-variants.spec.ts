import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderDiagnostic } from '@immutablue/diagnostics';
import { readVariants } from './read-variants';

/** The folder of the variants' folders. */
let directory: string;
const fileOf = (name: string, file = 'variant.yaml') => join(directory, name, file);

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'read-variants-'));
  for (const [name, from] of [
    ['base', 'quay.io/x/silverblue'],
    ['teal', 'base'],
  ] as const) {
    await mkdir(join(directory, name));
    await writeFile(fileOf(name), `name: ${name}\ndescription: d\nfrom: ${from}\n`);
    await writeFile(fileOf(name, 'package.json'), JSON.stringify({ name: `@x/${name}`, nx: { name } }));
  }
});
afterEach(() => rm(directory, { recursive: true }));

/** What is wrong, when Nx has found the variant.yaml of these variants. */
async function faultsOf(...found: readonly string[]): Promise<string> {
  const { diagnostics } = await readVariants(
    directory,
    found.map((name) => fileOf(name)),
  );
  return diagnostics.map((one) => renderDiagnostic(one, { root: directory, colors: 'never' })).join('\n');
}

it('reads those that Nx has found, and leaves out what git ignores', async () => {
  expect((await readVariants(directory, [fileOf('base')])).value?.family.variants).toMatchObject([{ name: 'base' }]);
  expect(await faultsOf('base', 'teal')).toBe('');
});

it.each([
  ['a FIFO', (file: string) => Promise.resolve(execFileSync('mkfifo', [file]))],
  ['a folder', (file: string) => mkdir(file)],
  ['a device', (file: string) => symlink('/dev/zero', file)],
])('says at once that a variant.yaml, by which Nx passes, is %s', async (what, make) => {
  await rm(fileOf('teal'));
  await make(fileOf('teal'));
  expect(await faultsOf('base')).toBe(
    `error[file/not-readable]: \`variant.yaml\` is ${what}, not a file\n  --> teal/variant.yaml:1:1`,
  );
});

it('says so of a package.json', async () => {
  await rm(fileOf('teal', 'package.json'));
  execFileSync('mkfifo', [fileOf('teal', 'package.json')]);
  expect(await faultsOf('base', 'teal')).toContain('`package.json` is a FIFO, not a file');
});

it('says what was forgotten when a folder was renamed', async () => {
  await mkdir(join(directory, 'navy'));
  for (const file of ['variant.yaml', 'package.json']) {
    execFileSync('mv', [fileOf('teal', file), fileOf('navy', file)]);
  }
  expect(await faultsOf('base', 'navy')).toMatchInlineSnapshot(`
   "error[yaml/wrong-value]: package.json has Nx call this variant \`teal\`, and its folder is \`navy\`
     --> navy/package.json:1:32
     |
   1 | {"name":"@x/teal","nx":{"name":"teal"}}
     |                                ^^^^^^
     hint: write \`"nx": {"name": "navy"}\`, and look at the \`name\` of the package too
   error[yaml/wrong-value]: the variant \`teal\` lies in the folder \`navy\`
     --> navy/variant.yaml:1:7
     |
   1 | name: teal
     |       ^^^^
     hint: the name and the folder have to be the same: change one of them"
  `);
});
