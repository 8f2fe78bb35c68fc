import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { throwIfAny, type Diagnostic } from '@immutablue/diagnostics';
import { readIfThere } from '@immutablue/oci';
import { createFamily, parseVariant, type Family, type VariantDefinition } from '@immutablue/variant';

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
  const diagnostics: Diagnostic[] = [];
  const definitions: VariantDefinition[] = [];
  for (const entry of (await readdir(directory, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (!entry.isDirectory()) continue;
    const file = join(directory, entry.name, 'variant.yaml');
    const text = await readIfThere(file);
    if (text === undefined) continue;
    const checked = parseVariant(file, text);
    diagnostics.push(...checked.diagnostics);
    if (checked.value !== undefined) definitions.push(checked.value);
  }
  // A parent that could not be read is not an unknown parent: what is wrong with it is said already.
  throwIfAny(diagnostics);
  const family = createFamily(definitions);
  throwIfAny(family.diagnostics);
  if (family.value === undefined) throw new Error('a family without a fault has a value');
  return family.value;
}
