import { type Checked } from '../checked';
import { type VariantDefinition } from '../variant-file/definition';
import { type Family } from './family';

/**
 * Checks the variants of a workspace against each other: unknown parents, cycles, names and image names used twice,
 * platforms that the parent does not have. The order of `definitions` does not matter.
 */
export function createFamily(definitions: readonly VariantDefinition[]): Checked<Family> {
  throw new Error(`not written yet: ${definitions.length}`);
}
