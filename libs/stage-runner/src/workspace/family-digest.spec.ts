import { chmod, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { familyDigest } from './family-digest';

let scratch: string;
beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'family-digest-'));
  for (const name of ['zinc', 'cyan', 'base']) {
    await mkdir(join(scratch, 'one', name, 'artifacts/overrides/etc'), { recursive: true });
    await writeFile(join(scratch, 'one', name, 'variant.yaml'), `name: ${name}\n`);
    await writeFile(join(scratch, 'one', name, 'artifacts/overrides/etc/motd'), 'hello\n');
  }
});
afterEach(() => rm(scratch, { recursive: true }));

it('is the same for the same files, wherever they are and in whatever order they came there', async () => {
  for (const name of ['base', 'cyan', 'zinc']) {
    await cp(join(scratch, 'one', name), join(scratch, 'two', name), { recursive: true });
  }
  expect(await familyDigest(join(scratch, 'two'))).toBe(await familyDigest(join(scratch, 'one')));
});

it('does not count what builds, npm and TypeScript leave', async () => {
  const before = await familyDigest(join(scratch, 'one'));
  await mkdir(join(scratch, 'one/base/tests'));
  const tests = await familyDigest(join(scratch, 'one'));
  for (const folder of ['dist', 'node_modules', 'tests/dist']) {
    await mkdir(join(scratch, 'one/base', folder));
    await writeFile(join(scratch, 'one/base', folder, 'left.js'), '');
  }
  expect(await familyDigest(join(scratch, 'one'))).toBe(tests);
  expect(tests).not.toBe(before);
});

it.each([
  ['a comment', () => writeFile(join(scratch, 'one/base/variant.yaml'), 'name: base # the lowest\n')],
  ['an override', () => writeFile(join(scratch, 'one/base/artifacts/overrides/etc/motd'), 'bye\n')],
  ['its mode', () => chmod(join(scratch, 'one/base/artifacts/overrides/etc/motd'), 0o600)],
  ['a folder', () => mkdir(join(scratch, 'one/teal'))],
])('is another one for %s', async (_what, edit) => {
  const before = await familyDigest(join(scratch, 'one'));
  await edit();
  expect(await familyDigest(join(scratch, 'one'))).not.toBe(before);
});
