import { statfs } from 'node:fs/promises';
import { DiagnosticError } from '@immutablue/diagnostics';
import { cacheDirectory, unlessMissing } from '@immutablue/oci';

/** What may be left on a disk that is full: not enough for the next piece of a download. */
const FULL_BYTES = 1_000_000;

/**
 * The same error, with the cache's folder in its message when that is on a full disk: programs that fill it name the place as they
 * see it in the container.
 */
export async function namingFullCache(error: DiagnosticError): Promise<DiagnosticError> {
  const directory = cacheDirectory();
  const space = await unlessMissing(() => statfs(directory));
  if (space === undefined || space.bavail * space.bsize > FULL_BYTES) return error;
  const [first, ...others] = error.diagnostics;
  return new DiagnosticError(
    [
      {
        ...first,
        code: 'oci/no-space',
        message: `no disk space left for the cache \`${directory}\``,
        notes: [first.message, ...(first.notes ?? [])],
        hint: 'free some space there, or have the environment variable IMMUTABLUE_CACHE_DIR name another folder',
      },
      ...others,
    ],
    { cause: error },
  );
}
