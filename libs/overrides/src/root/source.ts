import { closeSync, fstatSync } from 'node:fs';
import { DiagnosticError } from '@immutablue/diagnostics';
import { isSystemError, openWithoutFollowing, type FileDescriptor } from '../host';

/**
 * Opens a file of this machine whose content goes into the root filesystem.
 *
 * @throws {DiagnosticError} `file/not-readable` when it is not a regular file, or not readable.
 */
export function openSource(sourceFile: string): FileDescriptor {
  const descriptor = openReadable(sourceFile);
  if (fstatSync(descriptor).isFile()) return descriptor;
  closeSync(descriptor);
  throw notReadable(sourceFile, 'is not a regular file');
}

/** The error for content that is not what was expected. */
export function changedSource(sourceFile: string): DiagnosticError {
  return new DiagnosticError({
    code: 'override/changed',
    message: `\`${sourceFile}\` changed while the image was being built`,
    location: { file: sourceFile, line: 1, column: 1 },
    hint: 'build again',
  });
}

function openReadable(sourceFile: string): FileDescriptor {
  try {
    return openWithoutFollowing(sourceFile);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw notReadable(sourceFile, `cannot be read (${error.code})`, error);
  }
}

function notReadable(sourceFile: string, why: string, cause?: Error): DiagnosticError {
  return new DiagnosticError(
    {
      code: 'file/not-readable',
      message: `\`${sourceFile}\` ${why}`,
      location: { file: sourceFile, line: 1, column: 1 },
    },
    { cause },
  );
}
