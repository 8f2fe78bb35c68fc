import { type Diagnostic } from '@immutablue/diagnostics';
import { type VariantDefinition } from '../variant-file/definition';
import { needsOf, parentOf } from './family';

/** Variants that stand on themselves, through `from` or `apply`; one diagnostic for each circle. */
export function findCycles(
  definitions: readonly VariantDefinition[],
  byName: ReadonlyMap<string, VariantDefinition>,
): readonly Diagnostic[] {
  const finished = new Set<string>();
  const diagnostics: Diagnostic[] = [];

  const visit = (definition: VariantDefinition, path: readonly VariantDefinition[]): void => {
    const start = path.indexOf(definition);
    if (start !== -1) {
      diagnostics.push(cycle(path.slice(start)));
      return;
    }
    if (finished.has(definition.name.value)) return;
    for (const name of needsOf(definition)) {
      const needed = byName.get(name);
      if (needed !== undefined) visit(needed, [...path, definition]);
    }
    finished.add(definition.name.value);
  };
  for (const definition of definitions) visit(definition, []);
  return diagnostics;
}

function cycle(circle: readonly VariantDefinition[]): Diagnostic {
  const names = circle.map((definition) => definition.name.value);
  const [first, second = first] = circle;
  const isApplied = first !== undefined && parentOf(first).kind === 'upstream';
  const location = isApplied
    ? first.apply.find((applied) => applied.value === second?.name.value)?.location
    : first?.from.location;
  return {
    code: 'family/cycle',
    message: `\`${names[0] ?? ''}\` stands on itself: ${[...names, names[0]].join(' → ')}`,
    ...(location === undefined ? {} : { location }),
    hint: 'change the `from:` or `apply:` of one of them',
  };
}
