import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recipeHash, recipeOfFiles } from './recipe';

describe('recipeHash', () => {
  it('does not depend on the order of keys', () => {
    expect(recipeHash({ a: 1, b: ['x', { c: 'y', d: 2 }] })).toBe(recipeHash({ b: ['x', { d: 2, c: 'y' }], a: 1 }));
  });

  it.each([
    [{ a: 1 }, { a: '1' }],
    [
      ['a', 'b'],
      ['b', 'a'],
    ],
    [['ab'], ['a', 'b']],
    [{ a: ['b'] }, { a: 'b' }],
    [{ a: 'b' }, { a: 'b', c: '' }],
  ])('tells %j from %j', (left, right) => {
    expect(recipeHash(left)).not.toBe(recipeHash(right));
  });

  it('is the same from one run to the next', () => {
    expect(recipeHash({ packages: ['tmux'], suite: 'trixie' })).toMatchInlineSnapshot(`"f81469f9ad8ab31b45391e0a"`);
  });
});

describe('recipeOfFiles', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'lab-recipe-'));
    await mkdir(join(directory, 'etc'));
    await writeFile(join(directory, 'etc/a'), 'a');
    await writeFile(join(directory, 'run.sh'), 'true');
  });
  afterEach(() => rm(directory, { recursive: true }));

  it.each([
    ['content', () => writeFile(join(directory, 'etc/a'), 'b')],
    ['mode', () => chmod(join(directory, 'run.sh'), 0o755)],
    ['a new file', () => writeFile(join(directory, 'etc/b'), '')],
  ])('changes with %s', async (_, change) => {
    const before = recipeHash(await recipeOfFiles(directory));
    expect(recipeHash(await recipeOfFiles(directory))).toBe(before);
    await change();
    expect(recipeHash(await recipeOfFiles(directory))).not.toBe(before);
  });
});
