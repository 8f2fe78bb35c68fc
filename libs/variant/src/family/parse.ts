import { type Checked } from '../checked';
import { parseVariant } from '../variant-file/parse';
import { createFamily } from './create';
import { type Family } from './family';

/** A variant.yaml, or the place of one: a folder may have none. */
export interface VariantFile {
  /** Absolute path. */
  readonly file: string;
  readonly text: string | undefined;
}

/** Parses every variant.yaml of a workspace, and checks the variants against each other. */
export function parseFamily(files: readonly VariantFile[]): Checked<Family> {
  const parsed = files.flatMap(({ file, text }) => (text === undefined ? [] : [parseVariant(file, text)]));
  const diagnostics = parsed.flatMap((checked) => checked.diagnostics);
  // A parent that cannot be read is not an unknown parent: its own faults are enough.
  if (diagnostics.length > 0) return { diagnostics };
  return createFamily(parsed.flatMap(({ value }) => value ?? []));
}
