import { type Checked } from '../checked';
import { type VariantDefinition } from './definition';

/**
 * Reads a variant.yaml. Everything that is wrong with it comes back at once, each with its place in the file.
 *
 * @param file the file's path; the name of its folder must be the variant's name.
 * @param text the file's content.
 */
export function parseVariant(file: string, text: string): Checked<VariantDefinition> {
  throw new Error(`not written yet: ${file} ${text.length}`);
}
