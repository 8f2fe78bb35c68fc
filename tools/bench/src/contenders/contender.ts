import type { MeasureOptions } from '../measure';
import type { ContenderName } from '../result';
import type { Sample } from '../statistics';

/** One way to build the family. */
export interface Contender {
  readonly name: ContenderName;
  /** Removes all that it has built and downloaded. Not measured. */
  readonly reset: () => Promise<void>;
  /** Takes an edit over into its own files. Not measured: a person would have edited these. */
  readonly prepare: () => Promise<void>;
  /** Builds these variants, which are in the order of the family. */
  readonly build: (variants: readonly string[], expect?: MeasureOptions['expect']) => Promise<BuildSample>;
}

export interface BuildSample extends Sample {
  /** How many package transactions ran, where that can be told. */
  readonly transactions?: number;
}
