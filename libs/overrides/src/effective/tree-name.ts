import { type OverrideTree } from '../entry';

/** A tree without its place on this machine. */
export interface TreeName {
  readonly variant: string;
  readonly option?: string;
}

/** Which tree it is. */
export function treeNameOf({ variant, option }: OverrideTree): TreeName {
  return option === undefined ? { variant } : { variant, option };
}

/** A tree for a person: `cyan`, or `cyan (gui)` for its tree of the option gui. */
export function describeTree({ variant, option }: TreeName): string {
  return option === undefined ? variant : `${variant} (${option})`;
}
