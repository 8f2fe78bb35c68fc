import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Does some work on small files at once. A process asks for dozens of such files; each would take many times as long in the
 * background, where opening, reading and closing wait for a thread one by one. Callers do not rely on that.
 */
function atOnce<T>(work: () => T): Promise<T> {
  return new Promise((resolve) => {
    resolve(work());
  });
}

function unlessAbsent<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The content of a small text file, or undefined when there is no such file. */
export function readIfThere(file: string): Promise<string | undefined> {
  return atOnce(() => unlessAbsent(() => readFileSync(file, 'utf8')));
}

/** The names of what is in a folder, sorted; none when there is no such folder. */
export function namesIn(directory: string): Promise<string[]> {
  return atOnce(() => unlessAbsent(() => readdirSync(directory).sort()) ?? []);
}

/** Writes a small file, and the folders on the way, so that a reader sees the old content or the new, never a part. */
export function writeAtomically(file: string, content: string): Promise<void> {
  // Of this process alone, which may write the same file twice.
  const temporary = `${file}.${process.pid}.${randomUUID()}.tmp`;
  return atOnce(() => {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(temporary, content);
    renameSync(temporary, file);
  });
}

/** Like {@link writeAtomically}, for what is found out anew when it is not there: nothing is lost where it cannot be written. */
export async function writeCache(file: string, content: string): Promise<void> {
  try {
    await writeAtomically(file, content);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (!['EACCES', 'EROFS', 'ENOSPC', 'EDQUOT'].includes(code)) throw error;
  }
}
