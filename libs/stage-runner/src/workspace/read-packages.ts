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

/** The packages.yaml of a variant: none of `packages` and `files` when it has none, or when that cannot be read. */
export interface PackageList {
  readonly packages: readonly PackagesDefinition[];
  readonly files: readonly { readonly variant: string; readonly file: string; readonly content: string }[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads the packages.yaml of a variant. */
export async function readPackages(
  directory: string,
  family: Family,
  { name }: Variant,
  { releases }: Pick<ImageSettings, 'releases'>,
): Promise<PackageList> {
  const file = join(directory, name, 'packages.yaml');
  const text = await readIfThere(file);
  if (text === undefined) return { packages: [], files: [], diagnostics: [] };
  const { value, diagnostics } = parsePackages({ file, text, variant: name, options: family.knownOptions, releases });
  if (value === undefined) return { packages: [], files: [], diagnostics };
  return { packages: [value], files: [{ variant: name, file, content: canonicalYaml(text) }], diagnostics };
}
