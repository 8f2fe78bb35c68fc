import { readdir, rm, stat, truncate } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { nxAlone, textIn } from './support/built-images';
import { errorsIn } from './support/errors';
import { createTinyWorkspace, TINY } from './support/tiny-image';
import { disposeWithoutOrphans, type Workspace } from './support/workspace';

/**
 * Files of ours that a power failure has left empty, or cut: they count as not there. Which files there are is not said here:
 * every one is damaged.
 */
let workspace: Workspace;

/** Each edit is another. */
let edit = 0;

const CHILD = 'e2e-child';
const FAILING = 'e2e-failing';

beforeAll(async () => {
  workspace = await createTinyWorkspace();
  await workspace.addVariant('e2e-base', {
    from: TINY,
    files: {
      'deps/Containerfile': 'FROM scratch\nCOPY made /usr/made\n',
      'deps/made': 'made\n',
      'build/55-base.sh': '# reads:\necho base >/usr/base\n',
    },
  });
  // With a checkpoint.
  await workspace.addVariant(CHILD, { from: 'e2e-base', files: { 'build/35-first.sh': '# reads:\ntrue\n' } });
  // The second build that fails keeps what there was before.
  await workspace.addVariant(FAILING, { from: TINY, files: { 'build/35-fail.sh': 'false\n' } });
  await write(`edit-${edit}`);
  await buildAll();
});

afterAll(() => disposeWithoutOrphans(workspace));

const write = (text: string) =>
  workspace.write(`packages/${CHILD}/build/55-child.sh`, `# reads:\necho ${text} >/usr/child\n`);

/** What a build of the family gives: the texts in the image of the child, or the error. */
async function built(): Promise<string> {
  const targets = ['--targets', 'deps,build', '--projects', `e2e-base,${CHILD}`];
  const fault = await faultOf('run-many', ...targets);
  if (fault !== undefined) return fault;
  const texts: string[] = [];
  for (const name of ['made', 'base', 'child']) texts.push(await textIn(workspace, CHILD, `/usr/${name}`));
  return texts.join(' ');
}

/** What a build says that fails. */
const failed = () => faultOf('build', FAILING);
const FAILS = /^error\[build\/sub-stage-failed\]/;

/** Makes all files that there are. */
async function buildAll(): Promise<void> {
  const outcomes = [await built(), await failed(), await failed()];
  expect(outcomes).toEqual([expect.stringMatching(/^made base /), ...Array(2).fill(expect.stringMatching(FAILS))]);
}

/** The first line of the error with which nx ends, if it does. */
async function faultOf(...args: readonly string[]): Promise<string | undefined> {
  const { exitCode, output } = await nxAlone(workspace, ...args);
  if (exitCode === 0) return undefined;
  return errorsIn(output)[0]?.split('\n')[0] ?? output;
}

const DAMAGES = ['empty', 'cut to half'] as const;
type Damage = (typeof DAMAGES)[number];

/** Damages files of which only those are listed that are there. */
async function damage(list: () => Promise<readonly string[]>, how: Damage): Promise<void> {
  for (const file of await list()) await truncate(file, how === 'empty' ? 0 : Math.floor((await stat(file)).size / 2));
}

/** What nx does with damaged files: builds the same, says what it would do, builds what fails, and builds after an edit. */
async function outcomesAfter(list: () => Promise<readonly string[]>, how: Damage) {
  expect(await list()).not.toEqual([]);
  await damage(list, how);
  const again = await built();
  await damage(list, how);
  const explain = await faultOf('run', `${CHILD}:explain`);
  const gc = await faultOf('run', 'images:gc', '--dry-run');
  const failing = await failed();
  await damage(list, how);
  edit += 1;
  await write(`edit-${edit}`);
  const edited = await built();
  const outcomes = {
    again: again.replace(`edit-${edit - 1}`, 'before'),
    explain,
    gc,
    failing: (failing ?? '').startsWith('error[build/sub-stage-failed]') ? 'fails' : failing,
    edited: edited.replace(`edit-${edit}`, 'after'),
  };
  // What stops a build now would stop the next test, too.
  if (JSON.stringify(outcomes) !== JSON.stringify(RIGHT)) await startOver();
  return outcomes;
}

const RIGHT = {
  again: 'made base before',
  explain: undefined,
  gc: undefined,
  failing: 'fails',
  edited: 'made base after',
};

const COMPILED = 'node_modules/.cache/immutablue';

const OURS = [
  '.immutablue/state',
  COMPILED,
  ...['e2e-base', CHILD, FAILING].map((variant) => `packages/${variant}/dist`),
];

async function startOver(): Promise<void> {
  for (const place of OURS) await rm(join(workspace.root, place), { recursive: true, force: true });
  await buildAll();
}

/** The files below a folder of the workspace. */
async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(join(workspace.root, folder), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** Those of the variants' `dist` with a name. */
async function inDist(name: string): Promise<readonly string[]> {
  const files = await Promise.all(OURS.filter((place) => place.endsWith('/dist')).map(filesBelow));
  return files.flat().filter((file) => basename(file) === name);
}

describe.each(DAMAGES)('files that are %s count as not there', (how) => {
  it('below .immutablue/state', async () => {
    const files = () => filesBelow('.immutablue/state');
    const folders = [...new Set((await files()).map(dirname))].sort();
    expect(folders).not.toEqual([]);
    const outcomes: Record<string, unknown> = {};
    // Files of JSON: what is no JSON at all is tried one folder after the other, what is a part of it in all at once.
    for (const group of how === 'empty' ? folders.map((folder) => [folder]) : [folders]) {
      const list = async () => (await files()).filter((file) => group.includes(dirname(file)));
      outcomes[group.map((folder) => relative(workspace.root, folder)).join()] = await outcomesAfter(list, how);
    }
    expect(outcomes).toEqual(Object.fromEntries(Object.keys(outcomes).map((name) => [name, RIGHT])));
  });

  it.each(['image.json', 'dep-builders.json'])('dist/%s', async (name) => {
    expect(await outcomesAfter(() => inDist(name), how)).toEqual(RIGHT);
  });

  it('of compiled code', async () => {
    const list = async () => (await filesBelow(COMPILED)).filter((file) => file.endsWith('.cjs'));
    expect(await outcomesAfter(list, how)).toEqual(RIGHT);
  });
});
