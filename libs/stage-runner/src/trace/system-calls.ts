import type { Call } from './strace-line';

/**
 * What a process does with a path. `look`: asks whether it is there and what it is; `open`: reads it; `list`: asks for the names
 * in a directory; `run`: executes it; `load`: maps it as code; `create`: makes it, or takes it away; `change`: writes to
 * what is there.
 */
export type AccessKind = 'look' | 'open' | 'list' | 'run' | 'load' | 'create' | 'change';

/** A path among the arguments of a system call. */
export interface PathUse {
  /** Index of the argument that is the path. */
  readonly path: number;
  /** Index of the descriptor of the directory that a relative path begins in; without one, the working directory. */
  readonly directory?: number;
  readonly kind: AccessKind;
  /** Whether a link at the end of the path is followed, or is itself what is meant. */
  readonly lastPart: 'follow' | 'keep';
}

type Read = (call: Call) => readonly PathUse[];

/** The calls that use a path, by how they are told it: https://man7.org/linux/man-pages/man2/syscalls.2.html */
const CALLS: Readonly<Record<string, Read>> = {
  open: (call) => [{ path: 0, ...opening(call.arguments[1]) }],
  openat: (call) => [{ directory: 0, path: 1, ...opening(call.arguments[2]) }],
  openat2: (call) => [{ directory: 0, path: 1, ...opening(call.arguments[2]) }],
  creat: () => [{ path: 0, kind: 'create', lastPart: 'follow' }],

  stat: plain('look', 'follow'),
  lstat: plain('look', 'keep'),
  access: plain('look', 'follow'),
  readlink: plain('look', 'keep'),
  getxattr: plain('look', 'follow'),
  lgetxattr: plain('look', 'keep'),
  listxattr: plain('look', 'follow'),
  llistxattr: plain('look', 'keep'),
  newfstatat: below('look', 3),
  statx: below('look', 2),
  faccessat: below('look'),
  faccessat2: below('look', 3),
  readlinkat: () => [{ directory: 0, path: 1, kind: 'look', lastPart: 'keep' }],
  name_to_handle_at: () => [{ directory: 0, path: 1, kind: 'look', lastPart: 'keep' }],

  execve: plain('run', 'follow'),
  execveat: below('run', 4),

  mkdir: plain('create', 'keep'),
  mkdirat: () => [{ directory: 0, path: 1, kind: 'create', lastPart: 'keep' }],
  mknod: plain('create', 'keep'),
  mknodat: () => [{ directory: 0, path: 1, kind: 'create', lastPart: 'keep' }],
  symlink: () => [{ path: 1, kind: 'create', lastPart: 'keep' }],
  symlinkat: () => [{ directory: 1, path: 2, kind: 'create', lastPart: 'keep' }],
  unlink: plain('create', 'keep'),
  unlinkat: () => [{ directory: 0, path: 1, kind: 'create', lastPart: 'keep' }],
  rmdir: plain('create', 'keep'),
  // What is made of a file holds what the file held.
  link: () => [
    { path: 0, kind: 'open', lastPart: 'keep' },
    { path: 1, kind: 'create', lastPart: 'keep' },
  ],
  linkat: () => [
    { directory: 0, path: 1, kind: 'open', lastPart: 'keep' },
    { directory: 2, path: 3, kind: 'create', lastPart: 'keep' },
  ],
  rename: () => [
    { path: 0, kind: 'create', lastPart: 'keep' },
    { path: 1, kind: 'create', lastPart: 'keep' },
  ],
  renameat: renaming,
  renameat2: renaming,

  truncate: plain('change', 'follow'),
  chmod: plain('change', 'follow'),
  fchmodat: below('change'),
  fchmodat2: below('change', 3),
  chown: plain('change', 'follow'),
  lchown: plain('change', 'keep'),
  fchownat: below('change', 4),
  utime: plain('change', 'follow'),
  utimes: plain('change', 'follow'),
  futimesat: below('change'),
  utimensat: below('change', 3),
  setxattr: plain('change', 'follow'),
  lsetxattr: plain('change', 'keep'),
  removexattr: plain('change', 'follow'),
  lremovexattr: plain('change', 'keep'),
};

/** What strace is to print: calls with paths, and what says where relative paths begin and which processes there are. */
export const TRACED_CALLS = [
  '%file',
  'getdents64',
  '?getdents',
  'fchdir',
  'mmap',
  'clone',
  '?clone3',
  '?fork',
  '?vfork',
] as const;

/** The paths that a call uses. */
export function pathsOf(call: Call): readonly PathUse[] {
  return CALLS[call.name]?.(call) ?? [];
}

/** Whether a call makes a process, whose ID is its result. */
export function makesProcess({ name }: Call): boolean {
  return name === 'clone' || name === 'clone3' || name === 'fork' || name === 'vfork';
}

/** Whether a call maps a file as code: mmap(2). */
export function loadsCode(call: Call): boolean {
  return call.name === 'mmap' && (call.arguments[2] ?? '').includes('PROT_EXEC');
}

/** Whether a call gives names in a directory. */
export function listsNames({ name }: Call): boolean {
  return name === 'getdents64' || name === 'getdents';
}

function plain(kind: AccessKind, lastPart: PathUse['lastPart']): Read {
  return () => [{ path: 0, kind, lastPart }];
}

/** A call with the descriptor of a directory, and flags as the argument with this index. */
function below(kind: AccessKind, flags?: number): Read {
  return (call) => {
    const given = flags === undefined ? '' : (call.arguments[flags] ?? '');
    return [{ directory: 0, path: 1, kind, lastPart: given.includes('AT_SYMLINK_NOFOLLOW') ? 'keep' : 'follow' }];
  };
}

function renaming(): readonly PathUse[] {
  return [
    { directory: 0, path: 1, kind: 'create', lastPart: 'keep' },
    { directory: 2, path: 3, kind: 'create', lastPart: 'keep' },
  ];
}

/** What open(2) with these flags does. */
function opening(flags = ''): Pick<PathUse, 'kind' | 'lastPart'> {
  const lastPart = flags.includes('O_NOFOLLOW') ? 'keep' : 'follow';
  // A file without a name, in the directory that the path is of.
  if (flags.includes('O_TMPFILE') || flags.includes('O_PATH')) return { kind: 'look', lastPart };
  if (flags.includes('O_CREAT')) return { kind: 'create', lastPart };
  if (/O_WRONLY|O_RDWR/.test(flags)) return { kind: 'change', lastPart };
  // Names are given by getdents(2).
  return { kind: flags.includes('O_DIRECTORY') ? 'look' : 'open', lastPart };
}
