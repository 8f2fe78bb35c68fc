import { type Tree } from '@nx/devkit';
import { DiagnosticError } from '@immutablue/diagnostics';
import { parseOptions } from '@immutablue/executor';
import { type Variant } from '@immutablue/variant';
import { checkName } from './check-name';
import { newVariant } from './new-variant';
import { variantOptions, type VariantGeneratorOptions } from './options';
import { readWorkspace } from './workspace';
import { writeFiles, type Written } from './write-files';

export interface AddedVariant extends Written {
  readonly variant: Variant;
}

/**
 * Adds a variant to the tree.
 *
 * @throws {DiagnosticError} with what speaks against it (`generator/invalid-name`, `generator/name-taken`,
 * `family/unknown-parent` …) or is wrong with the variants that there are; then nothing was written to the tree.
 */
export async function addVariant(tree: Tree, options: VariantGeneratorOptions): Promise<AddedVariant> {
  const requested = parseOptions(variantOptions, options);
  const workspace = readWorkspace(tree);
  const fault = checkName(requested, workspace, (path) => tree.exists(path));
  if (fault !== undefined) throw new DiagnosticError(fault);
  const variant = newVariant(requested, workspace, tree.root);
  return { variant, ...(await writeFiles(tree, variant, workspace)) };
}
