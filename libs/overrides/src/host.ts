import { constants, type Dirent } from 'node:fs';
import { open, readdir, type FileHandle } from 'node:fs/promises';
import { types } from 'node:util';

/** Whether something that was thrown comes from a system call. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException & { readonly code: string } {
  return types.isNativeError(error) && 'code' in error && typeof error.code === 'string' && 'errno' in error;
}

/** The names in a directory of this machine as bytes, sorted: a hostile tree has names that no text stands for. */
export async function namesIn(directory: Buffer): Promise<readonly Dirent<Buffer>[]> {
  const names = await readdir(directory, { withFileTypes: true, encoding: 'buffer' });
  return names.sort((left, right) => Buffer.compare(left.name, right.name));
}

/** The path of `name` in `directory`, by bytes. */
export function joinBytes(directory: Buffer, name: Buffer): Buffer {
  return Buffer.concat([directory, Buffer.from('/'), name]);
}

/**
 * Opens for reading what should be a regular file. A link is refused, and so that a FIFO or a device cannot block,
 * nothing is waited for; the caller still has to look at what was opened.
 */
export function openWithoutFollowing(file: string): Promise<FileHandle> {
  return open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
}
