import { join } from 'node:path';
import { readIfThere, writeAtomically } from '@immutablue/oci';
import { cacheDir } from 'nx/src/utils/cache-directory';

/**
 * Has Nx print `result` when it finds the task of a hash in its cache, instead of all that the task printed when it ran. Nx keeps
 * that in a file of the hash's name.
 */
export async function keepResult(hash: string, result: string): Promise<void> {
  const file = join(cacheDir, 'terminalOutputs', hash);
  const text = `${result}\n`;
  const kept = await readIfThere(file);
  if (kept !== undefined && kept !== text) await writeAtomically(file, text);
}
