import { type Family, type Variant } from './family';

/** The variant and all that it stands on, the lowest first. */
export function lineageOf(family: Family, variant: Variant): readonly Variant[] {
  return variant.from.kind === 'upstream'
    ? [variant]
    : [...lineageOf(family, family.variant(variant.from.name)), variant];
}
