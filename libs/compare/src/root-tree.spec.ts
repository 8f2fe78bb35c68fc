import { layerOf } from '@immutablue/stage-runner/testing';
import { rootTree } from './root-tree';

const LOWER = ['/etc/', '/etc/a=1', '/etc/d/', '/etc/d/b=1', '/etc/dd=1'];

describe('rootTree', () => {
  it.each([
    ['a layer on top', ['/etc/a=2', '/etc/c=1'], ['/etc', '/etc/a', '/etc/d', '/etc/d/b', '/etc/dd', '/etc/c']],
    ['a path that is removed', ['-/etc/a'], ['/etc', '/etc/d', '/etc/d/b', '/etc/dd']],
    ['a directory that is removed', ['-/etc/d'], ['/etc', '/etc/a', '/etc/dd']],
    [
      'a directory that is emptied, and filled',
      ['/etc/d/', '-/etc/d/*', '/etc/d/c=1'],
      ['/etc', '/etc/a', '/etc/d', '/etc/dd', '/etc/d/c'],
    ],
    ['a directory that is removed and made', ['-/etc/d', '/etc/d/'], ['/etc', '/etc/a', '/etc/dd', '/etc/d']],
    ['a link in place of a directory', ['/etc/d -> a'], ['/etc', '/etc/a', '/etc/d', '/etc/dd']],
  ])('%s', (_, upper, expected) => {
    expect([...rootTree([layerOf(...LOWER), layerOf(...upper)]).keys()]).toEqual(expected);
  });
});
