import { type Checked } from '../checked';
import { type BuildOption, type Release, type VariantName } from '../names';
import { type PackagesDefinition } from './packages';

export interface PackagesSource {
  readonly file: string;
  readonly text: string;
  /** The variant that the file belongs to. */
  readonly variant: VariantName;
  /** The build options that keys may name: all of the family's. */
  readonly options: readonly BuildOption[];
  /** The releases that sections may name. */
  readonly releases: readonly Release[];
}

/** Reads a packages.yaml. Everything that is wrong with it comes back at once, each with its place in the file. */
export function parsePackages(source: PackagesSource): Checked<PackagesDefinition> {
  throw new Error(`not written yet: ${source.file}`);
}
