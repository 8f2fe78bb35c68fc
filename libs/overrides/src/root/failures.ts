import { DiagnosticError, shortenPath, visible } from '@immutablue/diagnostics';
import { isSystemError } from '../host';

/** The error for a path that leads nowhere, or to something that does not serve; `why` stands behind the path. */
export function notUsable(path: string, why: string): DiagnosticError {
  return new DiagnosticError({
    code: 'build/path-not-usable',
    message: `\`${visible(shortenPath(path))}\` in the root filesystem of the image ${why}`,
  });
}

/** Runs an operation on `path` and gives what the system refuses as a diagnostic. */
export async function guarded<T>(path: string, operation: () => T | Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    throw diagnosed(path, error);
  }
}

/** The diagnostic for an error of the system; everything else is returned as it is. */
function diagnosed(path: string, error: unknown): unknown {
  if (!isSystemError(error)) return error;
  const why = `${error.code}${error.syscall === undefined ? '' : ` from ${error.syscall}`}`;
  const shown = visible(shortenPath(path));
  if (error.code === 'ENOSPC' || error.code === 'EDQUOT') {
    return new DiagnosticError(
      {
        code: 'oci/no-space',
        message: `no disk space left while writing \`${shown}\` into the image (${why})`,
        hint: 'free some space (`npx nx run images:gc` removes images that are not needed), then build again',
      },
      { cause: error },
    );
  }
  if (error.code === 'ENAMETOOLONG') {
    return notUsable(path, 'is too long for the system: a path has at most 4095 bytes, each name in it 255');
  }
  return new DiagnosticError(
    {
      code: 'build/root-filesystem',
      message: `the system refused an operation on \`${shown}\` in the root filesystem of the image (${why})`,
    },
    { cause: error },
  );
}
