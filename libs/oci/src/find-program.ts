import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** The absolute path of a program, or undefined when no directory of the search path has it. */
export async function findProgram(
  program: string,
  searchPath: string = process.env['PATH'] ?? '',
): Promise<string | undefined> {
  for (const directory of searchPath.split(delimiter).filter((entry) => entry !== '')) {
    const file = join(directory, program);
    if (await isThere(file, constants.X_OK)) return file;
  }
  return undefined;
}

async function isThere(file: string, mode: number): Promise<boolean> {
  try {
    await access(file, mode);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'EACCES' || code === 'ENOTDIR') return false;
    throw error;
  }
}
