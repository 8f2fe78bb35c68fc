import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where programs of administrators are: an ordinary user's search path may be without it. */
const SYSTEM_PROGRAMS = ['/usr/sbin', '/sbin'];

/** A search path with the directories where programs of administrators are at its end. Pure. */
export function withSystemPrograms(searchPath: string): string {
  const directories = searchPath.split(delimiter).filter((entry) => entry !== '');
  return [...directories, ...SYSTEM_PROGRAMS.filter((entry) => !directories.includes(entry))].join(delimiter);
}

/** The absolute path of a program, or undefined when there is none where `runCommand` would look for it. */
export function findProgram(program: string, searchPath: string = process.env['PATH'] ?? ''): string | undefined {
  return withSystemPrograms(searchPath)
    .split(delimiter)
    .map((directory) => join(directory, program))
    .find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'EACCES' || code === 'ENOTDIR') return false;
    throw error;
  }
}
