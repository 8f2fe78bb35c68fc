import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where programs of administrators are: an ordinary user's search path may be without it. */
const SYSTEM_PROGRAMS = ['/usr/sbin', '/sbin'];

/** The absolute path of a program, or undefined when no directory of the search path has it. */
export function findProgram(program: string, searchPath: string = process.env['PATH'] ?? ''): string | undefined {
  return [...searchPath.split(delimiter), ...SYSTEM_PROGRAMS]
    .filter((entry) => entry !== '')
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
