import { constants, type Stats } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { DiagnosticError, formatBytes, isSystemError, shortenPath, systemFault } from '@immutablue/diagnostics';

/** A text that a person writes, or a record of a program, is smaller by far; what is larger would fill the memory. */
const MAXIMUM_BYTES = 64_000_000;

/**
 * The content of a text file. This is the only way in which files of the workspace are read as text: whatever has the name of one,
 * nothing is waited for.
 *
 * @throws {DiagnosticError} `file/not-readable` when no regular file is there, or one that may not be read or is too large.
 */
export async function readText(file: string): Promise<string> {
  return (await readBytes(file)).toString();
}

/** The same as bytes, for a text whose encoding is looked at. */
export async function readBytes(file: string): Promise<Buffer> {
  const bytes = await withRegularFile(file, (handle, { size }) => readWhole(file, handle, size));
  if (bytes === undefined) throw notReadable(file, 'is not there');
  return bytes;
}

/** Like {@link readText}, but undefined when nothing is there, or a file is on the way to it. */
export async function readIfThere(file: string): Promise<string | undefined> {
  return (await withRegularFile(file, (handle, { size }) => readWhole(file, handle, size)))?.toString();
}

function readWhole(file: string, handle: FileHandle, size: number): Promise<Buffer> {
  if (size <= MAXIMUM_BYTES) return handle.readFile();
  throw notReadable(file, `is too large: ${formatBytes(size)}; a text has ${formatBytes(MAXIMUM_BYTES)} at most`);
}

/** A first line that says what runs a script is shorter. */
const LINE_BYTES = 4096;

/**
 * The first line of a file of any size, without the end of the line: its first 4096 bytes at most.
 *
 * @throws {DiagnosticError} as {@link readText} does.
 */
export async function readFirstLine(file: string): Promise<string> {
  const line = await withRegularFile(file, async (handle) => {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(LINE_BYTES), 0, LINE_BYTES, 0);
    return buffer.toString('latin1', 0, bytesRead).split('\n', 1)[0] ?? '';
  });
  if (line === undefined) throw notReadable(file, 'is not there');
  return line;
}

/** @returns undefined when nothing is there. */
async function withRegularFile<T>(
  file: string,
  use: (handle: FileHandle, stats: Stats) => Promise<T>,
): Promise<T | undefined> {
  const handle = await openIfThere(file);
  if (handle === undefined) return undefined;
  try {
    // Of what was opened: its name may stand for something else by now.
    const stats = await handle.stat();
    if (!stats.isFile()) throw notReadable(file, `is ${typeOf(stats)}, not a file`);
    return await use(handle, stats);
  } catch (error) {
    throw refused(file, error);
  } finally {
    await handle.close();
  }
}

async function openIfThere(file: string): Promise<FileHandle | undefined> {
  try {
    // A FIFO would wait for a writer, a terminal would become that of this process: open(2).
    return await open(file, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch (error) {
    if (isSystemError(error) && ['ENOENT', 'ENOTDIR'].includes(error.code)) return undefined;
    throw refused(file, error);
  }
}

/** What the system says when nothing can be opened; open(2) has ENXIO for sockets. */
const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'may not be read by this user',
  ELOOP: 'is a link that leads back to itself',
  ENXIO: 'is a socket or a device, not a file',
};

function refused(file: string, error: unknown): unknown {
  if (!isSystemError(error)) return error;
  const fault = error.code === 'ENAMETOOLONG' ? systemFault(error, file) : undefined;
  if (fault !== undefined) return new DiagnosticError(fault, { cause: error });
  return notReadable(file, REASONS[error.code] ?? `cannot be read (${error.code})`, error);
}

function notReadable(file: string, why: string, cause?: Error): DiagnosticError {
  return new DiagnosticError(
    { code: 'file/not-readable', message: `\`${shortenPath(basename(file))}\` ${why}`, location: { file: shortenPath(file), line: 1, column: 1 } },
    { cause },
  );
}

function typeOf(stats: Stats): string {
  if (stats.isDirectory()) return 'a folder';
  if (stats.isFIFO()) return 'a FIFO';
  return stats.isBlockDevice() || stats.isCharacterDevice() ? 'a device' : 'a socket';
}
