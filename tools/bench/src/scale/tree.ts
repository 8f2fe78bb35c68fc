/** A variant of a generated family. */
export interface TreeVariant {
  readonly name: string;
  /** Undefined for the base alone. */
  readonly parent: string | undefined;
}

/** How many variants stand on one. */
const CHILDREN = 10;

/** A family of so many variants, parents first: a base, ten variants on it, ten on each of these, and so on. */
export function treeOf(number: number): readonly TreeVariant[] {
  return Array.from({ length: number }, (_, index) => ({
    name: nameOf(index),
    parent: index === 0 ? undefined : nameOf(Math.floor((index - 1) / CHILDREN)),
  }));
}

function nameOf(index: number): string {
  return index === 0 ? 'base' : `scale-${index}`;
}
