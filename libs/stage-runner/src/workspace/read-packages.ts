import { join } from 'node:path';
import type { Diagnostic } from '@immutablue/diagnostics';
import { readIfThere } from '@immutablue/oci';
import {
  canonicalYaml,
  parsePackages,
  type Family,
  type ImageSettings,
  type PackagesDefinition,
  type Variant,
} from '@immutablue/variant';

/** The packages.yaml of some variants. */
export interface PackageLists {
  /** Without those that cannot be read. */
  readonly packages: readonly PackagesDefinition[];
  readonly packageFiles: readonly { readonly variant: string; readonly file: string; readonly content: string }[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads the packages.yaml of the variants, of those that have one. */
export async function readPackages(
  directory: string,
  family: Family,
  variants: readonly Variant[],
  { releases }: Pick<ImageSettings, 'releases'>,
): Promise<PackageLists> {
  const packages: PackagesDefinition[] = [];
  const packageFiles: { variant: string; file: string; content: string }[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const { name } of variants) {
    const file = join(directory, name, 'packages.yaml');
    const text = await readIfThere(file);
    if (text === undefined) continue;
    const checked = parsePackages({ file, text, variant: name, options: family.knownOptions, releases });
    diagnostics.push(...checked.diagnostics);
    if (checked.value === undefined) continue;
    packages.push(checked.value);
    packageFiles.push({ variant: name, file, content: canonicalYaml(text) });
  }
  return { packages, packageFiles, diagnostics };
}
