import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderError } from '@immutablue/diagnostics';
import { runCommand } from '../process/process';
import { namesIn, writeAtomically } from './files';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'files-'));
});
afterEach(() => rm(directory, { recursive: true }));

it('finds no names where there is no folder', async () => {
  expect(await namesIn(join(directory, 'absent'))).toEqual([]);
  await writeFile(join(directory, 'file'), '');
  expect(await namesIn(join(directory, 'file', 'below'))).toEqual([]);
  expect(await namesIn(join(directory, 'file'))).toEqual([]);
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
    await expect(writeAtomically(join(directory, 'folder'), 'text')).rejects.toMatchObject({
      diagnostics: [{ code: 'file/not-readable' }],
    });
    expect(await readdir(directory)).toEqual(['folder']);
    expect(await readdir(join(directory, 'folder'))).toEqual(['kept']);
  });
});

/** Only root can mount; without it these are skipped, and their name in the report says why. */
const describeAsRoot = process.getuid?.() === 0 ? describe : describe.skip;

describeAsRoot('a folder that cannot take a file (not run without root)', () => {
  const mounted = async (...options: readonly string[]) => {
    await runCommand(['mount', '-t', 'tmpfs', '-o', options.join(), 'tmpfs', directory]);
  };
  afterEach(() => runCommand(['umount', directory]));

  /** What writing says, without the folder. */
  async function said(file: string, content: string): Promise<string> {
    const error: unknown = await writeAtomically(join(directory, file), content).catch((thrown: unknown) => thrown);
    return renderError(error, { root: directory, colors: 'never' }).replaceAll(directory, '<folder>');
  }

  it('is named when it is full, and has nothing half-written', async () => {
    await mounted('size=64k');
    expect(await said('state.json', 'x'.repeat(100_000))).toMatchInlineSnapshot(`
     "error[oci/no-space]: no disk space left for \`<folder>/state.json\` (ENOSPC)
       hint: free some space for \`<folder>\`; \`npx nx run images:gc\` removes images that are not needed, IMMUTABLUE_CACHE_DIR puts downloads elsewhere"
    `);
    expect(await readdir(directory)).toEqual([]);
  });

  it('is named when it is read-only, also where a folder must be made', async () => {
    await mounted('ro');
    expect(await said('state.json', 'x')).toMatchInlineSnapshot(`
     "error[host/not-writable]: \`<folder>/state.json\` cannot be written: its file system is read-only
       hint: mount it for writing, or work in a copy of the workspace"
    `);
    expect(await said('deeper/state/state.json', 'x')).toMatchInlineSnapshot(`
     "error[host/not-writable]: \`<folder>/deeper/state/state.json\` cannot be written: its file system is read-only
       hint: mount it for writing, or work in a copy of the workspace"
    `);
  });
});
