import { layerOf } from '../testing/layer';
import { firstHidden, mergeLayers } from './merge-layers';

/** What is left of own layers, each as lines, as lines. */
function merged(...own: readonly (readonly string[])[]): readonly string[] {
  return mergeLayers(own.map((lines) => layerOf(...lines))).map((change) => {
    switch (change.kind) {
      case 'has':
        return `${change.path}${change.type === 'directory' ? '/' : ''}`;
      case 'removed':
        return `-${change.path}${change.removes === 'content' ? '/*' : ''}`;
    }
  });
}

describe('mergeLayers', () => {
  it.each<[string, readonly (readonly string[])[], readonly string[]]>([
    ['one layer as it is', [['/a/', '/a/b=1', '-/a/c']], ['/a/', '/a/b', '-/a/c']],
    ['what a higher layer has in place of a file', [['/a=1'], ['/a -> b']], ['/a']],
    ['nothing of what a higher layer removes', [['/a/', '/a/b=1'], ['-/a/b']], ['/a/', '-/a/b']],
    ['nothing below what a higher layer removes', [['/a/', '/a/b/', '/a/b/c=1'], ['-/a/b']], ['/a/', '-/a/b']],
    ['what comes again after it was removed', [['/a=1'], ['-/a'], ['/a=2']], ['-/a', '/a']],
    [
      'what a layer has that it also removes below',
      [
        ['/a/', '/a/b=1'],
        ['/a/', '-/a/*', '/a/b=2'],
      ],
      ['-/a/*', '/a/', '/a/b'],
    ],
    [
      'nothing of what was in a directory before',
      [
        ['/a/', '/a/b=1'],
        ['/a/', '-/a/*'],
      ],
      ['-/a/*', '/a/'],
    ],
    [
      'nothing of a directory that became a link',
      [['/a/', '/a/b=1', '-/a/c', '/a/d/', '-/a/d/*'], ['/a -> b']],
      ['/a'],
    ],
    [
      'a directory that a link became again',
      [['/a/', '/a/b=1'], ['/a -> b'], ['/a/', '/a/c=1']],
      ['-/a', '/a/', '/a/c'],
    ],
    ['names that begin alike', [['/ab=1', '/a/', '/a/b=1'], ['-/a']], ['-/a', '/ab']],
    ['nothing below a root that is emptied', [['/a=1'], ['-/*', '/b=1']], ['-//*', '/b']],
  ])('gives %s', (_, own, expected) => {
    expect(merged(...own)).toEqual(expected);
  });
});

describe('firstHidden', () => {
  it.each<[string, readonly (readonly string[])[], string | undefined]>([
    ['nothing of one layer', [['/a=1', '-/b']], undefined],
    [
      'nothing when a higher layer only adds',
      [
        ['/a/', '/a/b=1'],
        ['/a/', '/a/c=1', '-/a/d'],
      ],
      undefined,
    ],
    ['no file that a higher layer has again', [['/a=1'], ['/a=2']], undefined],
    ['what is removed', [['/a=1', '/b=1'], ['-/b']], '/b'],
    ['what is removed and comes again', [['/a=1'], ['-/a'], ['/a=2']], '/a'],
    ['what was below a directory that became a link', [['/a/', '/a/b=1'], ['/a -> c']], '/a/b'],
  ])('finds %s', (_, own, expected) => {
    expect(firstHidden(own.map((lines) => layerOf(...lines)))).toBe(expected);
  });
});
