import { posix } from 'node:path';
import { isAtOrBelow } from '@immutablue/plan';
import type { Access } from './accesses';

/** Where a shell looks for programs: the PATH of containers. */
const PROGRAM_DIRECTORIES = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'] as const;

/** What programs are started with, wherever they are from: ld.so(8), locale(7), and with libselinux selinux_config(5). */
const STARTED_WITH = [
  '/etc/ld.so.cache',
  '/etc/ld.so.preload',
  '/etc/selinux/config',
  '/usr/lib/locale',
  '/usr/share/locale',
] as const;

/** Tables of character sets, for the C library's iconv. */
const CHARACTER_SETS = /^\/usr\/lib(64)?\/([^/]+-linux-[^/]+\/)?gconv(\/|$)/;

/** The modules that interpreters bring: Python's and Perl's. */
const MODULES =
  /^\/usr\/(local\/)?(lib|lib64|share)\/([^/]+-linux-[^/]+\/)?(python3[^/]*|perl5?|perl-base)(\/|$)|^\/etc\/(perl|python3[^/]*)(\/|$)|\/pyvenv\.cfg$/;

/** A shared library, or a place in which only they are looked for. */
const SHARED_LIBRARY = /\.so(\.[\d.]+)?$|\/glibc-hwcaps(\/|$)/;

/** Whether what a program did with a path has to do with the programs that are run, and not with what they work on. */
export function isProgramFile(access: Access, path: string, programs: ProgramFacts): boolean {
  switch (access.kind) {
    case 'run':
    case 'load':
      return true;
    case 'look':
    case 'open':
    case 'list':
    case 'create':
    case 'change':
      return (
        // An interpreter reads the script that was started.
        path === access.program ||
        // Of a link the name counts, and where it is: a shell looks at the program at its end.
        (access.kind === 'look' && [access.path, path].some((looked) => isLookUp(looked, programs))) ||
        (access.kind === 'look' && programs.libraryDirectories.has(access.path)) ||
        (access.outcome === 'absent' && SHARED_LIBRARY.test(path)) ||
        isAtOrBelow(path, STARTED_WITH) ||
        CHARACTER_SETS.test(path) ||
        MODULES.test(path)
      );
  }
}

/** What all processes of a script have to do with programs. */
export interface ProgramFacts {
  /** The names of the programs that were run. */
  readonly names: ReadonlySet<string>;
  /** Where shared libraries were looked for that are not there: the loader then asks whether the directory is. */
  readonly libraryDirectories: ReadonlySet<string>;
}

export function programFacts(accesses: readonly Access[]): ProgramFacts {
  const run = accesses.filter(({ kind, outcome }) => kind === 'run' && outcome === 'found');
  const missing = accesses.filter(({ path, outcome }) => outcome === 'absent' && SHARED_LIBRARY.test(path));
  return {
    names: new Set(run.map(({ path }) => posix.basename(path))),
    libraryDirectories: new Set(missing.map(({ path }) => posix.dirname(path))),
  };
}

/** A shell looks for a program in one directory after the other before it runs it. */
function isLookUp(path: string, { names }: ProgramFacts): boolean {
  const directories: readonly string[] = PROGRAM_DIRECTORIES;
  return directories.includes(posix.dirname(path)) && names.has(posix.basename(path));
}
