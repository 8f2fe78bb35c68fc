import { readScriptTrace, type ScriptTrace } from './accesses';
import { createLineReader } from './strace-line';

const SCRIPT = { command: ['bash', '-eu', '/run/s.sh'], sources: ['/run/common.sh', '/run/s.sh'] };

/** What buildah and bash do before the script, then its lines, as strace 6.1 prints them; the container is at /r. */
function traceOf(...lines: readonly string[]): ScriptTrace | undefined {
  const read = createLineReader();
  const all = [
    '1 openat(AT_FDCWD</home>, "/etc/containers/storage.conf", O_RDONLY|O_CLOEXEC) = 4</etc/containers/storage.conf>',
    '1 execve("/proc/self/exe", ["buildah-chroot-exec", "bash", "-eu", "/run/s.sh"], 0xc0 /* 4 vars */) = 0',
    '1 chroot("/r") = 0',
    '1 clone(child_stack=NULL, flags=CLONE_VM|CLONE_VFORK|SIGCHLD <unfinished ...>',
    '2 execve("/usr/bin/bash", ["bash", "-eu", "/run/s.sh"], 0x55 /* 3 vars */ <unfinished ...>',
    '1 <... clone resumed>) = 2',
    '2 <... execve resumed>) = 0',
    '2 openat(AT_FDCWD</r>, "/etc/passwd", O_RDONLY|O_CLOEXEC) = 4</r/etc/passwd>',
    '2 openat(AT_FDCWD</r>, "/run/common.sh", O_RDONLY) = 4</r/run/common.sh>',
    ...lines,
    '2 +++ exited with 0 +++',
    '1 openat(AT_FDCWD</>, "/proc/self/mountinfo", O_RDONLY|O_CLOEXEC) = 4</proc/9/mountinfo>',
  ];
  return readScriptTrace(
    all.map(read).filter((entry) => entry !== undefined),
    SCRIPT,
  );
}

function accessesOf(...lines: readonly string[]): readonly string[] {
  return (traceOf(...lines)?.accesses ?? []).map(
    ({ kind, path, outcome, lastPart }) =>
      `${kind} ${path}${outcome === 'absent' ? ' (absent)' : ''}${lastPart === 'keep' ? ' (itself)' : ''}`,
  );
}

it.each([
  ['2 openat(AT_FDCWD</r/etc>, "motd", O_RDONLY) = 4</r/etc/motd>', ['open /etc/motd']],
  [
    '2 openat(AT_FDCWD</r>, "/etc/os-release", O_RDONLY) = 4</r/usr/lib/os-release>',
    ['open /etc/os-release', 'open /usr/lib/os-release (itself)'],
  ],
  ['2 openat(3</r/usr/lib>, "../share/x/", O_RDONLY) = 4</r/usr/share/x>', ['open /usr/share/x']],
  ['2 openat(AT_FDCWD</r>, "/etc/x", O_RDONLY) = -1 ENOENT (No such file or directory)', ['open /etc/x (absent)']],
  ['2 openat(AT_FDCWD</r>, "/etc/x", O_WRONLY|O_CREAT|O_TRUNC, 0666) = 4</r/etc/x>', ['create /etc/x']],
  ['2 openat(AT_FDCWD</r>, "/etc/x", O_WRONLY|O_APPEND) = 4</r/etc/x>', ['change /etc/x']],
  ['2 openat(AT_FDCWD</r>, "/etc/x", O_WRONLY|O_CREAT, 0666) = -1 ENOENT (No such file)', ['look /etc/x (absent)']],
  ['2 openat(AT_FDCWD</r>, "/etc", O_RDONLY|O_DIRECTORY) = 4</r/etc>', ['look /etc']],
  ['2 getdents64(4</r/etc>, 0x55 /* 3 entries */, 32768) = 88', ['list /etc (itself)']],
  ['2 newfstatat(AT_FDCWD</r>, "/etc/x", {st_mode=S_IFREG|0755, ...}, 0) = 0', ['look /etc/x']],
  [
    '2 newfstatat(AT_FDCWD</r>, "/etc/x", {st_mode=S_IFLNK|0777, ...}, AT_SYMLINK_NOFOLLOW) = 0',
    ['look /etc/x (itself)'],
  ],
  ['2 newfstatat(4</r/etc/x>, "", {st_mode=S_IFREG|0755, ...}, AT_EMPTY_PATH) = 0', []],
  ['2 access("/etc/x", F_OK) = -1 EACCES (Permission denied)', ['look /etc/x']],
  ['2 mkdir("/usr", 0777) = -1 EEXIST (File exists)', ['look /usr (itself)']],
  ['2 mkdir("/usr/x", 0777) = 0', ['create /usr/x (itself)']],
  [
    '2 renameat2(AT_FDCWD</r/etc>, "/usr/\\303\\244 b", AT_FDCWD</r/etc>, "own", RENAME_NOREPLACE) = 0',
    ['create /usr/ä b (itself)', 'create /etc/own (itself)'],
  ],
  [
    '2 linkat(AT_FDCWD</r>, "/etc/a", AT_FDCWD</r>, "/etc/b", 0) = 0',
    ['open /etc/a (itself)', 'create /etc/b (itself)'],
  ],
  ['2 symlink("/usr/lib", "/etc/b") = 0', ['create /etc/b (itself)']],
  ['2 unlinkat(AT_FDCWD</r>, "/etc/b", 0) = 0', ['create /etc/b (itself)']],
  ['2 fchmodat(AT_FDCWD</r>, "/etc/b", 0600) = 0', ['change /etc/b']],
  // Of this machine, by a descriptor that was open before.
  ['2 openat(4</home/x>, "y", O_RDONLY) = 5</home/x/y>', []],
])('%s', (line, expected) => {
  expect(accessesOf(line)).toEqual(expected);
});

it('follows processes into their directories and roots, however late it is told who made them', () => {
  const lines = [
    '2 chdir("/usr") = 0',
    '2 clone(child_stack=NULL, flags=CLONE_CHILD_SETTID|SIGCHLD <unfinished ...>',
    '3 chdir("lib") = 0',
    '3 access("a", R_OK) = 0',
    '2 <... clone resumed>, child_tidptr=0x7f) = 3',
    '2 access("b", R_OK) = 0',
    '3 +++ exited with 0 +++',
    // The same number again, in another directory.
    '2 chdir("share") = 0',
    '2 clone(child_stack=NULL, flags=SIGCHLD) = 3',
    '3 chroot(".") = 0',
    '3 access("/c", R_OK) = 0',
    '3 +++ exited with 0 +++',
    // No process of the script.
    '1 access("/d", R_OK) = 0',
  ];
  expect(accessesOf(...lines)).toEqual(['look /usr/lib/a', 'look /usr/b', 'look /usr/share/c']);
  expect([...(traceOf(...lines)?.workingDirectories ?? [])]).toEqual(['/usr', '/usr/lib', '/usr/share']);
});

it('tells code from what a program reads, and which program it was', () => {
  const trace = traceOf(
    '2 clone(child_stack=NULL, flags=SIGCHLD) = 3',
    '3 execve("/usr/bin/cat", ["cat", "x"], 0x55 /* 7 vars */) = 0',
    '3 openat(AT_FDCWD</r>, "/lib/libc.so.6", O_RDONLY|O_CLOEXEC) = 4</r/usr/lib/libc.so.6>',
    '3 mmap(0x7f, 1454080, PROT_READ|PROT_EXEC, MAP_PRIVATE|MAP_FIXED|MAP_DENYWRITE, 4</r/usr/lib/libc.so.6>, 0x2) = 0x7f',
    '3 openat(AT_FDCWD</r>, "/usr/lib/libz.so.1", O_RDONLY) = 4</r/usr/lib/libz.so.1>',
  );
  expect(trace?.accesses.map(({ kind, path, program }) => `${program} ${kind} ${path}`)).toEqual([
    '/usr/bin/bash run /usr/bin/cat',
    '/usr/bin/cat load /lib/libc.so.6',
    '/usr/bin/cat load /usr/lib/libc.so.6',
    '/usr/bin/cat open /usr/lib/libz.so.1',
  ]);
});

it('tells that the script is not in the trace', () => {
  const entry = createLineReader()('1 execve("/usr/bin/true", ["true"], 0x55 /* 3 vars */) = 0');
  expect(readScriptTrace(entry === undefined ? [] : [entry], SCRIPT)).toBeUndefined();
});
