import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readIfThere } from '@immutablue/oci';
import { checkedValue, parseFamily, type Family, type VariantFile } from '@immutablue/variant';

/** Where the variants of a workspace are. */
export function variantsDirectory(workspaceRoot: string, variants: string): string {
  return join(workspaceRoot, variants);
}

/**
 * Reads every variant.yaml below a folder and checks the variants against each other.
 *
 * @param directory absolute path of the folder that holds the variants' folders.
 * @throws {DiagnosticError} with everything that is wrong with any of them.
 */
export async function readFamily(directory: string): Promise<Family> {
  const files: VariantFile[] = [];
  for (const entry of (await readdir(directory, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (!entry.isDirectory()) continue;
    const file = join(directory, entry.name, 'variant.yaml');
    files.push({ file, text: await readIfThere(file) });
  }
  return checkedValue(parseFamily(files));
}
