import { accessSync, constants, existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { types } from 'node:util';
import type { Diagnostic } from './diagnostic';
import { shortenPath } from './text/path';

/** What Node throws when the system refuses something. */
export type SystemError = NodeJS.ErrnoException & { readonly code: string };

/** Whether something that was thrown comes from a system call. */
export function isSystemError(error: unknown): error is SystemError {
  return types.isNativeError(error) && 'errno' in error && 'code' in error && typeof error.code === 'string';
}

/**
 * What the system refused, as a fault of this machine or of the workspace's files.
 *
 * @param path what it is about, where the error itself does not say so: one of write(2) does not.
 * @returns undefined for an error that says nothing about the machine, such as a file that is missing: see errno(3).
 */
export function systemFault(error: SystemError, path = error.path): Diagnostic | undefined {
  const place = path === undefined ? undefined : `\`${shortenPath(path)}\``;
  switch (refusalOf(error).code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return {
        code: 'oci/no-space',
        message: `no disk space left ${place === undefined ? `(${error.code})` : `for ${place} (${error.code})`}`,
        hint:
          (path === undefined ? 'free some space' : `free some space for \`${shortenPath(dirname(path))}\``) +
          '; `npx nx run images:gc` removes images that are not needed, IMMUTABLUE_CACHE_DIR puts downloads elsewhere',
      };
    case 'EROFS':
      return {
        code: 'host/not-writable',
        message: `${place ?? 'a file'} cannot be written: its file system is read-only`,
        hint: 'mount it for writing, or work in a copy of the workspace',
      };
    case 'EACCES':
    case 'EPERM':
      return {
        code: 'host/not-permitted',
        message: `permission denied: ${error.syscall ?? 'use'} of ${place ?? 'a file'} (${error.code})`,
        hint: 'give it to the user who builds, with `chown`, or run as the user who owns it',
      };
    case 'ENAMETOOLONG':
      return {
        code: 'file/path-too-long',
        message: `${place ?? 'a path'} is too long for the system: a path has at most 4095 bytes, each name in it 255`,
      };
    case 'EMFILE':
    case 'ENFILE':
      return {
        code: 'host/not-permitted',
        message: `too many files are open (${error.code}${place === undefined ? '' : `, at ${place}`})`,
        hint: 'raise the limit, for example with `ulimit -n 65536`',
      };
    case 'EISDIR':
    case 'ENOTDIR':
    case 'ELOOP':
    case 'EIO':
      return {
        code: 'file/not-readable',
        message: `${place ?? 'a file'} cannot be used (${error.message.split(',')[0] ?? error.code})`,
      };
    default:
      return undefined;
  }
}

/** Where a folder cannot be made, Node's recursive mkdir may say that one is missing; access(2) says why. */
function refusalOf(error: SystemError): SystemError {
  if (error.code !== 'ENOENT' || error.syscall !== 'mkdir' || error.path === undefined) return error;
  let place = dirname(error.path);
  while (!existsSync(place)) place = dirname(place);
  try {
    accessSync(place, constants.W_OK);
    return error;
  } catch (refusal) {
    return isSystemError(refusal) ? refusal : error;
  }
}
