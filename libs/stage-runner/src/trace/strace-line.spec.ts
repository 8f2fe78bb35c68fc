import { createLineReader, readDescriptor, readString, readStrings } from './strace-line';

/** What strace 6.1 prints, with shorter paths. */
describe('createLineReader', () => {
  it.each([
    [
      '8816  access("/usr/bin/cat", X_OK)      = 0',
      { kind: 'call', pid: 8816, name: 'access', arguments: ['"/usr/bin/cat"', 'X_OK'], result: '0' },
    ],
    [
      '8821  openat(AT_FDCWD</r/etc>, "motd", O_RDONLY) = 4</r/etc/motd>',
      {
        kind: 'call',
        pid: 8821,
        name: 'openat',
        arguments: ['AT_FDCWD</r/etc>', '"motd"', 'O_RDONLY'],
        result: '4</r/etc/motd>',
      },
    ],
    [
      '8816 newfstatat(AT_FDCWD</r/a,b>, "/c, \\"d\\")", {st_mode=S_IFREG|0755, st_size=4, ...}, AT_SYMLINK_NOFOLLOW) = 0',
      {
        kind: 'call',
        pid: 8816,
        name: 'newfstatat',
        arguments: [
          'AT_FDCWD</r/a,b>',
          '"/c, \\"d\\")"',
          '{st_mode=S_IFREG|0755, st_size=4, ...}',
          'AT_SYMLINK_NOFOLLOW',
        ],
        result: '0',
      },
    ],
    [
      '8816  newfstatat(AT_FDCWD</r>, "/usr/sbin/cat", 0x7ffd1dbfa820, 0) = -1 ENOENT (No such file or directory)',
      {
        kind: 'call',
        pid: 8816,
        name: 'newfstatat',
        arguments: ['AT_FDCWD</r>', '"/usr/sbin/cat"', '0x7ffd1dbfa820', '0'],
        result: '-1 ENOENT (No such file or directory)',
      },
    ],
    ['8821  +++ exited with 0 +++', { kind: 'exit', pid: 8821 }],
    ['8821  +++ killed by SIGKILL +++', { kind: 'exit', pid: 8821 }],
    ['strace: Process 12 attached', undefined],
    ['8821  --- SIGCHLD {si_signo=SIGCHLD} ---', undefined],
  ])('reads %s', (line, expected) => {
    expect(createLineReader()(line)).toEqual(expected);
  });

  it('puts the halves of calls together that several processes made at the same time', () => {
    const read = createLineReader();
    const lines = [
      '8787  clone(child_stack=NULL, flags=CLONE_VM|CLONE_VFORK|SIGCHLD <unfinished ...>',
      '8816  execve("/usr/bin/bash", ["bash", "-eu"], 0xc0000c94a0 /* 3 vars */ <unfinished ...>',
      '8787  <... clone resumed>)              = 8816',
      '8816  <... execve resumed>)             = 0',
    ];
    expect(lines.map(read)).toEqual([
      undefined,
      undefined,
      expect.objectContaining({ pid: 8787, name: 'clone', result: '8816' }),
      expect.objectContaining({
        pid: 8816,
        name: 'execve',
        arguments: ['"/usr/bin/bash"', '["bash", "-eu"]', '0xc0000c94a0 /* 3 vars */'],
      }),
    ]);
  });
});

it.each([
  [readString, '"/usr/share/\\303\\244 b"', '/usr/share/ä b'],
  [readString, '"a\\tb\\\\c\\"d\\n"', 'a\tb\\c"d\n'],
  [readString, '["mv"]', undefined],
  [readStrings, '["mv", "\\303\\244 b", "a\\"b"]', ['mv', 'ä b', 'a"b']],
  [readDescriptor, 'AT_FDCWD</r/etc>', '/r/etc'],
  [readDescriptor, '4</r/a\\74b\\76>', '/r/a<b>'],
  [readDescriptor, '5</memfd:x>(deleted)', '/memfd:x'],
  [readDescriptor, '3<pipe:[123]>', undefined],
  [readDescriptor, '-1 ENOENT (No such file or directory)', undefined],
] as const)('%p reads %s', (read, text, expected) => {
  expect(read(text)).toEqual(expected);
});
