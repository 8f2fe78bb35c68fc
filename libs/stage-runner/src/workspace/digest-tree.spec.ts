import { chmod, lstat, mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { digestTree } from './digest-tree';
import { openFileDigests } from './file-digests';

let workspace: string;
let tree: string;

beforeEach(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'digest-tree-'));
  tree = join(workspace, 'artifacts');
  await mkdir(join(tree, 'etc', 'dist'), { recursive: true });
  await writeFile(join(tree, 'etc', 'file'), 'one\n');
  await symlink('nowhere', join(tree, 'etc', 'link'));
});
afterEach(() => rm(workspace, { recursive: true, force: true }));

/** As a process finds it that has just started. */
async function digest(): Promise<string> {
  const digests = await openFileDigests(workspace);
  const found = digestTree(tree, digests);
  await digests.keep();
  return found;
}

const edits: [string, () => Promise<void>][] = [
  ['another content', () => writeFile(join(tree, 'etc', 'file'), 'two\n')],
  ['another mode of a file', () => chmod(join(tree, 'etc', 'file'), 0o640)],
  ['another mode of a folder', () => chmod(join(tree, 'etc'), 0o700)],
  [
    'a link that leads elsewhere',
    () => rm(join(tree, 'etc', 'link')).then(() => symlink('else', join(tree, 'etc', 'link'))),
  ],
  ['an empty folder', () => mkdir(join(tree, 'usr'))],
  ['a file that git ignores', () => writeFile(join(tree, 'etc', 'dist', 'file'), '')],
];

it.each(edits)('is another with %s', async (_, edit) => {
  const before = await digest();
  await edit();
  expect(await digest()).not.toBe(before);
});

it('is the same when a file was written again with what it held', async () => {
  const before = await digest();
  await writeFile(join(tree, 'etc', 'file'), 'one\n');
  await utimes(join(tree, 'etc', 'file'), 0, 0);
  expect(await digest()).toBe(before);
});

it('is empty where there is nothing', async () => {
  expect(digestTree(join(workspace, 'nothing'), await openFileDigests(workspace))).toBe('');
});

it('leaves it to others to report what cannot be read', async () => {
  const unreadable = () => {
    throw Object.assign(new Error('permission denied'), { code: 'EACCES' });
  };
  const found = digestTree(tree, { of: unreadable });
  expect(found).toMatch(/^[0-9a-f]{64}$/);
  expect(found).not.toBe(await digest());
});

it('reads a file once, until it is written', async () => {
  const file = join(tree, 'etc', 'file');
  const first = await digest();
  // What has only just been written is not kept.
  await setTimeout(100);
  expect(await digest()).toBe(first);
  const stat = await lstat(file);
  await rm(file);
  const kept = await openFileDigests(workspace);
  expect(kept.of(file, stat)).toBe('2c8b08da5ce60398e1f19af0e5dccc744df274b826abe585eaba68c525434806');
  expect(() => kept.of(file, Object.assign(stat, { size: 5 }))).toThrow('ENOENT');
});

it('finds out anew what is kept in a form that it does not know', async () => {
  await setTimeout(100);
  const before = await digest();
  const file = join(workspace, '.immutablue', 'state', String(process.getuid?.() ?? 0), 'file-digests.json');
  for (const text of ['{"cut": sho', '{"/a": "b"}']) {
    await writeFile(file, text);
    expect(await digest()).toBe(before);
  }
});

it('makes something of a content once, and again of another', async () => {
  const file = join(tree, 'etc', 'file');
  const made: string[] = [];
  const derive = async (content: string) => {
    const digests = await openFileDigests(workspace);
    const value = digests.derived(file, content, () => {
      made.push(content);
      return `of ${content}`;
    });
    await digests.keep();
    return value;
  };
  expect([await derive('one'), await derive('one'), await derive('two')]).toEqual(['of one', 'of one', 'of two']);
  expect(made).toEqual(['one', 'two']);
  await rm(file);
  await derive('three');
  await derive('three');
  expect(made).toEqual(['one', 'two', 'three', 'three']);
});
