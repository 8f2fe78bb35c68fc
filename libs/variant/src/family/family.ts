import { isVariantName, type BuildOption, type Release, type VariantName } from '../names';
import { type Platform } from '../platform';
import { type Permission, type VariantDefinition } from '../variant-file/definition';

/** What an image is FROM. */
export type ParentImage =
  | { readonly kind: 'variant'; readonly name: VariantName }
  /** As written, see {@link upstreamReference}. */
  | { readonly kind: 'upstream'; readonly reference: string };

/** A variant among its family. */
export interface Variant {
  readonly name: VariantName;
  readonly description: string;
  readonly from: ParentImage;
  /** Variants whose stages run first, in this order, under this variant's own options. */
  readonly applied: readonly VariantName[];
  /** Cumulative: the parent's, then its own. */
  readonly options: readonly BuildOption[];
  /** Without registry and tag: `immutablue-cyan`. */
  readonly imageName: string;
  readonly platforms: readonly Platform[];
  readonly permissions: readonly Permission[];
  /** What the file says and where. */
  readonly definition: VariantDefinition;
}

/** All variants of a workspace, checked against each other. */
export interface Family {
  /** Parents and applied variants before those that need them, otherwise by name. */
  readonly variants: readonly Variant[];
  /** Every build option that a variant of the family declares, in the order of {@link Family.variants}. */
  readonly knownOptions: readonly BuildOption[];
  /**
   * The variant of that name.
   *
   * @throws {DiagnosticError} `family/unknown-variant` when there is none.
   */
  readonly variant: (name: string) => Variant;
}

/**
 * The full reference of an upstream image: one that names neither tag nor digest gets the release as its tag, and in one that names a tag
 * `{release}` stands for it.
 */
export function upstreamReference(reference: string, release: Release): string {
  const lastComponent = reference.slice(reference.lastIndexOf('/') + 1);
  return /[:@]/.test(lastComponent) ? reference.replaceAll('{release}', release) : `${reference}:${release}`;
}

/** What `from` means: references of images have a slash, names of variants have none. */
export function parentOf(definition: VariantDefinition): ParentImage {
  const from = definition.from.value;
  return isVariantName(from) ? { kind: 'variant', name: from } : { kind: 'upstream', reference: from };
}

/** The variants that one stands on or applies. */
export function needsOf(definition: VariantDefinition): readonly VariantName[] {
  const from = parentOf(definition);
  const applied = definition.apply.map((one) => one.value);
  return from.kind === 'variant' ? [from.name, ...applied] : applied;
}

/** The variant and all that it stands on, the lowest first. */
export function lineageOf(family: Family, variant: Variant): readonly Variant[] {
  return variant.from.kind === 'upstream'
    ? [variant]
    : [...lineageOf(family, family.variant(variant.from.name)), variant];
}
