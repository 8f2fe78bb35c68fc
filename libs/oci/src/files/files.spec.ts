import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { namesIn, readIfThere, writeAtomically } from './files';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'files-'));
});
afterEach(() => rm(directory, { recursive: true }));

it('reads nothing where there is nothing, and refuses what is no file', async () => {
  expect(await readIfThere(join(directory, 'absent'))).toBeUndefined();
  expect(await namesIn(join(directory, 'absent'))).toEqual([]);
  await writeFile(join(directory, 'file'), '');
  expect(await readIfThere(join(directory, 'file', 'below'))).toBeUndefined();
  expect(await namesIn(join(directory, 'file', 'below'))).toEqual([]);
  expect(await namesIn(join(directory, 'file'))).toEqual([]);
  await expect(readIfThere(directory)).rejects.toMatchObject({ code: 'EISDIR' });
});

describe('writeAtomically', () => {
  it('makes the folders on the way, and replaces what was there', async () => {
    const file = join(directory, 'deeper', 'state.json');
    await writeAtomically(file, 'one');
    await writeAtomically(file, 'two');
    expect(await readFile(file, 'utf8')).toBe('two');
    expect(await readdir(join(directory, 'deeper'))).toEqual(['state.json']);
  });

  it('writes the same file several times at once', async () => {
    const file = join(directory, 'state.json');
    const contents = ['one', 'two', 'three'].map((word) => word.repeat(10_000));
    await Promise.all(contents.map((content) => writeAtomically(file, content)));
    expect(contents).toContain(await readFile(file, 'utf8'));
    expect(await readdir(directory)).toEqual(['state.json']);
  });

  it('leaves no temporary file when it fails, and what was there', async () => {
    await mkdir(join(directory, 'folder'));
    await writeFile(join(directory, 'folder', 'kept'), 'kept');
    await expect(writeAtomically(join(directory, 'folder'), 'text')).rejects.toMatchObject({ code: 'EISDIR' });
    expect(await readdir(directory)).toEqual(['folder']);
    expect(await readdir(join(directory, 'folder'))).toEqual(['kept']);
  });
});
