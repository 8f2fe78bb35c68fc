import { DiagnosticError, hintForUnknownName } from '@immutablue/diagnostics';
import { type Checked } from '../checked';
import { type BuildOption } from '../names';
import { quoted } from '../quoted';
import { type VariantDefinition } from '../variant-file/definition';
import { inFileOrder } from '../yaml/issues';
import { checkApply, checkNames, checkParents, checkPlatforms } from './check';
import { findCycles } from './cycles';
import { needsOf, parentOf, type Family, type Variant } from './family';

/**
 * Checks the variants of a workspace against each other: unknown parents, cycles, names and image names used twice,
 * `apply` where it makes no sense, platforms that the parent does not have. The order of `definitions` does not matter.
 */
export function createFamily(definitions: readonly VariantDefinition[]): Checked<Family> {
  const sorted = definitions.toSorted((left, right) => compare(left.name.value, right.name.value));
  const byName = new Map<string, VariantDefinition>(sorted.map((definition) => [definition.name.value, definition]));
  const cycles = findCycles(sorted, byName);
  const diagnostics = [
    ...checkNames(sorted),
    ...sorted.flatMap((definition) =>
      inFileOrder([
        ...checkParents(definition, byName),
        // What stands on a cycle, or applies it, is wrong because of the cycle: that is said once.
        ...(cycles.length > 0 ? [] : [...checkApply(definition, byName), ...checkPlatforms(definition, byName)]),
      ]),
    ),
    ...cycles,
  ];
  if (diagnostics.length > 0) return { diagnostics };

  const variants = new Map<string, Variant>();
  for (const definition of inBuildOrder(sorted, byName)) {
    variants.set(definition.name.value, variantOf(definition, variants));
  }
  return { value: familyOf(variants), diagnostics: [] };
}

function familyOf(variants: ReadonlyMap<string, Variant>): Family {
  const all = [...variants.values()];
  return {
    variants: all,
    knownOptions: unique(all.flatMap((variant) => variant.definition.options.map((option) => option.value))),
    variant: (name) => {
      const variant = variants.get(name);
      if (variant !== undefined) return variant;
      throw new DiagnosticError({
        code: 'family/unknown-variant',
        message: `there is no variant ${quoted(name)}`,
        hint: hintForUnknownName(name, [...variants.keys()]),
      });
    },
  };
}

/** `finished` has the variants that this one needs. */
function variantOf(definition: VariantDefinition, finished: ReadonlyMap<string, Variant>): Variant {
  const from = parentOf(definition);
  const inherited: readonly BuildOption[] = from.kind === 'variant' ? (finished.get(from.name)?.options ?? []) : [];
  return {
    name: definition.name.value,
    description: definition.description,
    from,
    applied: definition.apply.map((applied) => applied.value),
    options: unique([...inherited, ...definition.options.map((option) => option.value)]),
    imageName: definition.image.value,
    platforms: definition.platforms.map((platform) => platform.value),
    permissions: definition.permissions,
    definition,
  };
}

/** What a variant needs before the variant itself; `definitions` are sorted by name and have no cycles. */
function inBuildOrder(
  definitions: readonly VariantDefinition[],
  byName: ReadonlyMap<string, VariantDefinition>,
): readonly VariantDefinition[] {
  const ordered = new Set<VariantDefinition>();
  const visit = (definition: VariantDefinition): void => {
    if (ordered.has(definition)) return;
    for (const name of needsOf(definition)) {
      const needed = byName.get(name);
      if (needed !== undefined) visit(needed);
    }
    ordered.add(definition);
  };
  definitions.forEach(visit);
  return [...ordered];
}

function unique<T>(values: readonly T[]): readonly T[] {
  return [...new Set(values)];
}

/** By code points, so that the order does not depend on the machine's language. */
function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
