import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  read,
  readdirSync,
  readSync,
  write,
  writeSync,
  type Dirent,
} from 'node:fs';
import { promisify, types } from 'node:util';

// In this library, large pieces of content are read and written asynchronously, so that a build can show what it does. What
// looks at or changes names (lstat, readdir, chown, rename …) and small files is called synchronously: it takes microseconds,
// and the way through the thread pool takes twenty times as long; a tree of 5000 files needs some 100 000 of these calls.

/** An open file. */
export type FileDescriptor = number;

/** Files are read in pieces of this size: large ones must not be held in memory. */
const PIECE_BYTES = 256 * 1024;

/** Up to this size, a piece is read or written synchronously. */
const SMALL_BYTES = 32 * 1024;

/** Whether something that was thrown comes from a system call. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException & { readonly code: string } {
  return types.isNativeError(error) && 'code' in error && typeof error.code === 'string' && 'errno' in error;
}

/** The names in a directory of this machine as bytes, sorted: a hostile tree has names that no text stands for. */
export function namesIn(directory: Buffer): readonly Dirent<Buffer>[] {
  const names = readdirSync(directory, { withFileTypes: true, encoding: 'buffer' });
  return names.sort((left, right) => Buffer.compare(left.name, right.name));
}

/** The path of `name` in `directory`, by bytes. */
export function joinBytes(directory: Buffer, name: Buffer): Buffer {
  return Buffer.concat([directory, Buffer.from('/'), name]);
}

/**
 * Opens for reading what should be a regular file. A link is refused, and so that a FIFO or a device cannot block,
 * nothing is waited for; the caller still has to look at what was opened, and to close it.
 */
export function openWithoutFollowing(file: string): FileDescriptor {
  return openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
}

/** Runs `use` with an open file and closes it whatever happens. */
export async function closing<T>(
  descriptor: FileDescriptor,
  use: (descriptor: FileDescriptor) => Promise<T>,
): Promise<T> {
  try {
    return await use(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

const readPiece = promisify(read);
const writePiece = promisify(write);

/** Gives the content of an open file, from its start, in pieces. A piece is valid until the next one is asked for. */
export async function* piecesOf(descriptor: FileDescriptor): AsyncGenerator<Uint8Array, void, void> {
  // One byte more than a small file has: then the first read shows that there is no more.
  const length = Math.min(fstatSync(descriptor).size + 1, PIECE_BYTES);
  const buffer = Buffer.allocUnsafe(length);
  let position = 0;
  let bytesRead = length;
  while (bytesRead === length) {
    bytesRead =
      length <= SMALL_BYTES
        ? readSync(descriptor, buffer, 0, length, position)
        : (await readPiece(descriptor, buffer, 0, length, position)).bytesRead;
    if (bytesRead > 0) yield buffer.subarray(0, bytesRead);
    position += bytesRead;
  }
}

/** Writes all of `content` at the end of an open file. */
export async function writeAll(descriptor: FileDescriptor, content: Uint8Array): Promise<void> {
  const isSmall = content.length <= SMALL_BYTES;
  for (let written = 0; written < content.length;) {
    written += isSmall
      ? writeSync(descriptor, content, written)
      : (await writePiece(descriptor, content, written, content.length - written, null)).bytesWritten;
  }
}
