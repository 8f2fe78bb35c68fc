import { join } from 'node:path';
import { DiagnosticError, type Diagnostic } from '@immutablue/diagnostics';
import { foldersIn, readIfThere, statIfThere } from '@immutablue/oci';
import { parseFamily, readPackageName, type Checked, type Family, type VariantFile } from '@immutablue/variant';

/** The variants, as Nx has to know them. */
export interface NxVariants {
  readonly family: Family;
  /** What Nx calls each, by its name. */
  readonly projects: ReadonlyMap<string, string>;
}

/**
 * Reads the variants for Nx.
 *
 * @param directory absolute path of the folder that holds the variants' folders.
 * @param found absolute paths of the variant.yaml that Nx has found. It passes by what is no regular file: that is said here.
 */
export async function readVariants(directory: string, found: readonly string[]): Promise<Checked<NxVariants>> {
  const diagnostics: Diagnostic[] = [];
  const files: VariantFile[] = [];
  const projects = new Map<string, string>();
  for (const name of await foldersIn(directory)) {
    const file = join(directory, name, 'variant.yaml');
    const isFound = found.includes(file);
    if (!isFound && (await isFileOrNothing(file))) continue;
    const text = await readInto(diagnostics, file);
    if (!isFound) continue;
    files.push({ file, text });
    const manifest = join(directory, name, 'package.json');
    const project = readPackageName(manifest, (await readInto(diagnostics, manifest)) ?? '');
    diagnostics.push(...project.diagnostics);
    projects.set(name, project.value ?? name);
  }
  const family = parseFamily(files);
  const all = [...diagnostics, ...family.diagnostics];
  if (all.length > 0 || family.value === undefined) return { diagnostics: all };
  return { value: { family: family.value, projects }, diagnostics: [] };
}

async function isFileOrNothing(file: string): Promise<boolean> {
  return (await statIfThere(file))?.isFile() ?? true;
}

/** Text of a file, if it is there; what is wrong with it goes to `diagnostics`. */
async function readInto(diagnostics: Diagnostic[], file: string): Promise<string | undefined> {
  try {
    return await readIfThere(file);
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    diagnostics.push(...error.diagnostics);
    return undefined;
  }
}
