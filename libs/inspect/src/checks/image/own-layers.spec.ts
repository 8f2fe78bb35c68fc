import { isRemovedBy, toDigest, toLayer, type TarEntry } from '@immutablue/oci';
import { findDeletedFiles, findSelinuxLabels, findWhiteoutNames } from './layers';
import { imageWith } from '../../testing/image-root';

const entry = (path: string, size = 0): TarEntry => ({
  path,
  type: 'file',
  size,
  mode: 0o644,
  uid: 0,
  gid: 0,
  target: '',
  extendedAttributes: {},
});
const layer = (...entries: TarEntry[]) => toLayer(toDigest(`sha256:${'0'.repeat(64)}`), entries);

describe('toLayer', () => {
  it('tells whiteouts from what the layer holds', () => {
    const { entries, whiteouts } = layer(entry('/a/b'), entry('/a/.wh.c'), entry('/d/.wh..wh..opq'), entry('/.wh.e'));
    expect(entries.map(({ path }) => path)).toEqual(['/a/b']);
    expect(whiteouts.map(({ path, removes }) => [path, removes])).toEqual([
      ['/a/c', 'path'],
      ['/d', 'content'],
      ['/e', 'path'],
    ]);
  });

  it.each([
    ['/a/c', true],
    ['/a/c/below', true],
    ['/a/cc', false],
    ['/d', false],
    ['/d/x', true],
  ])('%s is removed by them: %s', (path, expected) => {
    const { whiteouts } = layer(entry('/a/.wh.c'), entry('/d/.wh..wh..opq'));
    expect(whiteouts.some((whiteout) => isRemovedBy(path, whiteout))).toBe(expected);
  });
});

describe('findDeletedFiles', () => {
  it('finds what a higher layer deletes, a directory without what is in it', () => {
    const lower = layer(entry('/a'), entry('/a/x', 7), entry('/b', 9), entry('/c', 1));
    const higher = layer(entry('/.wh.a'), entry('/.wh.b'), entry('/.wh.of-the-parent'), entry('/c', 2));
    expect(findDeletedFiles([lower, higher]).map(({ message }) => message)).toEqual([
      '`/a` is deleted, and still in the own layer 1 (0 bytes)',
      '`/b` is deleted, and still in the own layer 1 (9 bytes)',
    ]);
  });

  it('does not mind what is deleted of lower layers, or made again', () => {
    expect(findDeletedFiles([layer(entry('/.wh.a'), entry('/b')), layer(entry('/a'))])).toEqual([]);
  });
});

describe('findWhiteoutNames', () => {
  it('finds whiteouts that remove nothing, or have content, and what is below such a name', async () => {
    const { root } = await imageWith({ '/a': 'x', '/b': 'x', '/d/x': 'x' });
    const own = [
      layer(entry('/.wh.a'), entry('/.wh.b', 3), entry('/.wh.none'), entry('/d/.wh..wh..opq'), entry('/.wh.c/x')),
      layer(entry('/new'), entry('/.wh.new')),
      layer(entry('/.wh.new')),
    ];
    expect((await findWhiteoutNames(own, root)).map(({ path }) => path)).toEqual([
      '/.wh.b',
      '/.wh.none',
      '/.wh.c/x',
      '/.wh.new',
    ]);
  });
});

it('findSelinuxLabels finds entries that are labelled', () => {
  const labelled = { ...entry('/a'), extendedAttributes: { 'security.capability': '', 'security.selinux': '' } };
  const other = { ...entry('/b'), extendedAttributes: { 'security.capability': '' } };
  expect(findSelinuxLabels([layer(labelled, other)]).map(({ path }) => path)).toEqual(['/a']);
});
