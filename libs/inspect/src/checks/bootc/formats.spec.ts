import { isComposefsEnabled } from './composefs';
import { findingsOf } from './kargs';
import { declaredAccounts } from './sysusers';
import { tmpfilesPaths } from './tmpfiles';

describe('isComposefsEnabled', () => {
  it.each([
    ['[composefs]\nenabled = yes\n', true],
    ['[composefs]\nenabled=signed', true],
    ['[root]\ntransient = true\n', true],
    ['[composefs]\nenabled = no\n', false],
    ['[sysroot]\nenabled = yes\n', false],
    ['# [composefs]\nenabled = yes\n', false],
    ['', false],
  ])('%j: %s', (text, expected) => {
    expect(isComposefsEnabled(text)).toBe(expected);
  });
});

describe('findingsOf', () => {
  const path = '/usr/lib/bootc/kargs.d/a.toml';

  it.each([[{ kargs: ['quiet'] }], [{ kargs: [], 'match-architectures': ['x86_64', 'aarch64'] }]])(
    'accepts %j',
    (value) => {
      expect(findingsOf({ path, value })).toEqual([]);
    },
  );

  it.each([
    [{}, '`kargs`: Invalid input: expected array, received undefined'],
    [{ kargs: [1] }, '`kargs.0`: Invalid input: expected string, received number'],
    [{ kargs: [], 'match-architectures': ['amd64'] }, 'expected one of "x86_64"|"aarch64"'],
    [{ kargs: [], delete: ['x'] }, 'Unrecognized key: "delete"'],
  ])('refuses %j', (value, expected) => {
    expect(findingsOf({ path, value })).toEqual([{ path, message: expect.stringContaining(expected) }]);
  });
});

describe('declaredAccounts', () => {
  it('knows what each type of line makes', () => {
    const text =
      '# u comment\nu alone 1\nu! locked 2 "A name"\nu member 3:staff\ng crew 4\nm visitor guests\nr - 500-900\n';
    const { user, group } = declaredAccounts([text]);
    expect([...user]).toEqual(['alone', 'locked', 'member', 'visitor']);
    expect([...group]).toEqual(['alone', 'locked', 'crew', 'guests']);
  });
});

describe('tmpfilesPaths', () => {
  const paths = tmpfilesPaths([
    'd /var/lib/a/b 0755 root root -\nL+ /var/link - - - - target\nz /var/lib/only-mode\nr! /var/lib/removed\n',
    'd "/var/lib/with space/" - - -\nd /var/spool/%m/x\nd /var/lib/100%%\n',
  ]);

  it.each([
    ['/var', true],
    ['/var/lib/a', true],
    ['/var/lib/a/b', true],
    ['/var/lib/a/b/c', false],
    ['/var/link', true],
    ['/var/lib/only-mode', false],
    ['/var/lib/removed', false],
    ['/var/lib/with space', true],
    ['/var/spool/0123/x', true],
    ['/var/spool/0123/y', false],
    ['/var/lib/100%', true],
  ])('%s is declared: %s', (path, expected) => {
    expect(paths.has(path)).toBe(expected);
  });
});
