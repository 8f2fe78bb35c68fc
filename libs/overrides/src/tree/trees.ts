import { type Diagnostic } from '@immutablue/diagnostics';
import { type OverrideTree } from '../entry';

export interface TreeSelection {
  /** The plain tree, then the trees of the options in the order of the options: lowest precedence first. */
  readonly trees: readonly OverrideTree[];
  /** `override/unknown-option` for each tree whose option nobody knows. */
  readonly diagnostics: readonly Diagnostic[];
}

/** The override trees of a variant: `artifacts/overrides` first, then `artifacts/overrides_<option>` by name. */
export function findTrees(variantDirectory: string, variantName: string): Promise<readonly OverrideTree[]> {
  throw new Error(`not written yet: ${variantDirectory} ${variantName}`);
}

/** The trees that hold for an image with these build options. */
export function selectTrees(
  trees: readonly OverrideTree[],
  cumulativeOptions: readonly string[],
  knownOptions: readonly string[],
): TreeSelection {
  throw new Error(`not written yet: ${trees.length} ${cumulativeOptions.length} ${knownOptions.length}`);
}
