import { join } from 'node:path';
import { readIfThere } from '@immutablue/oci';
import { parseLock, type Checked, type PackageLock } from '@immutablue/variant';

/** Where the lock of a variant is. */
export function lockPath(variantDirectory: string): string {
  return join(variantDirectory, 'packages.lock.yaml');
}

/** The lock of a variant, checked; one without sections when there is no such file. */
export async function readLockFile(variantDirectory: string): Promise<Checked<PackageLock>> {
  const file = lockPath(variantDirectory);
  const text = await readIfThere(file);
  return text === undefined ? { value: { file, sections: [] }, diagnostics: [] } : parseLock(file, text);
}
