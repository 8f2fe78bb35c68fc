import { DiagnosticError } from '@immutablue/diagnostics';
import { REFUSED_PATHS } from './testing/hostile';
import { childOf, comparePaths, isBelow, parentOf, splitPath, type RootPath } from './path';

describe('splitPath', () => {
  it.each([
    ['/', []],
    ['/usr/bin', ['usr', 'bin']],
    ['//usr/./bin/', ['usr', 'bin']],
    ['/usr/../etc', ['usr', '..', 'etc']],
    ['/...', ['...']],
  ])('%s has the parts %j', (path, parts) => {
    expect(splitPath(path)).toEqual(parts);
  });

  it.each(REFUSED_PATHS)('%j is refused', (path, message) => {
    expect(() => splitPath(path)).toThrow(DiagnosticError);
    expect(() => splitPath(path)).toThrow(message);
  });
});

describe('paths', () => {
  it.each([
    ['/', 'etc', '/etc'],
    ['/etc', 'motd', '/etc/motd'],
  ])('the child of %s named %s is %s, whose parent it is', (parent, name, child) => {
    expect(childOf(parent as RootPath, name)).toBe(child);
    expect(parentOf(child as RootPath)).toBe(parent);
  });

  it.each([
    ['/etc/motd', '/etc', true],
    ['/etc-old', '/etc', false],
    ['/etc', '/etc', false],
    ['/etc', '/', true],
    ['/', '/', false],
  ])('%s below %s: %s', (path, directory, expected) => {
    expect(isBelow(path as RootPath, directory as RootPath)).toBe(expected);
  });

  it('are ordered by bytes: in UTF-16 the two last would be the other way round', () => {
    expect(['/\u{1f600}', '/a/b', '/a-b', '/\uff21', '/a'].sort(comparePaths)).toEqual([
      '/a',
      '/a-b',
      '/a/b',
      '/\uff21',
      '/\u{1f600}',
    ]);
  });
});
