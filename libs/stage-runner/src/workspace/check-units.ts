import { dirname, basename } from 'node:path/posix';
import type { Diagnostic, SourceLocation } from '@immutablue/diagnostics';
import { readText } from '@immutablue/oci';
import type { EffectiveEntry } from '@immutablue/overrides';
import { canBeEnabled, ENABLEABLE_HINT, findUnit, installLine, notEnableable, type UnitTree } from '@immutablue/plan';
import { otherPlace, SERVICE_SCOPES, type Services } from '@immutablue/variant';

/**
 * Units that are to be enabled, and that overrides bring without anything to be enabled by, or mask. Of units that packages
 * bring a build knows more.
 *
 * @param overrides all that are in the image, the parents' too.
 */
export async function checkUnits(
  { enable }: Services,
  overrides: readonly EffectiveEntry[],
): Promise<readonly Diagnostic[]> {
  const byPath = new Map<string, EffectiveEntry>(overrides.map((entry) => [entry.path, entry]));
  const tree = unitsAmong(byPath);
  const diagnostics: Diagnostic[] = [];
  for (const scope of SERVICE_SCOPES) {
    for (const { value, location } of enable[scope]) {
      const unit = await findUnit(tree, scope, value);
      const entry = unit === undefined ? undefined : byPath.get(unit.path);
      if (unit === undefined || entry === undefined) continue;
      const place: SourceLocation = { file: entry.source, line: installLine(unit.texts[0] ?? ''), column: 1 };
      if (unit.kind === 'masked') {
        diagnostics.push({
          code: 'packages/contradiction',
          message: `the ${scope} unit \`${value}\` is enabled, and masked by an override`,
          location,
          notes: [otherPlace('the override is at', place)],
          hint: 'remove the line or the override',
        });
      } else if (!canBeEnabled(unit.texts)) {
        diagnostics.push({
          code: 'packages/not-enableable',
          message: notEnableable(scope, value),
          location,
          notes: [otherPlace('the unit is at', place)],
          hint: ENABLEABLE_HINT,
        });
      }
    }
  }
  return diagnostics;
}

/** What overrides bring of units. Where a link leads to is known in the image alone. */
function unitsAmong(byPath: ReadonlyMap<string, EffectiveEntry>): UnitTree {
  return {
    at: async (path) => {
      const entry = byPath.get(path);
      switch (entry?.type) {
        case undefined:
          return { kind: 'absent' };
        case 'directory':
          return { kind: 'unknown' };
        case 'symlink':
          return { kind: entry.target === '/dev/null' ? 'masked' : 'unknown' };
        case 'file':
          return { kind: 'file', name: basename(path), text: await readText(entry.source) };
      }
    },
    namesIn: (directory) =>
      Promise.resolve([...byPath.keys()].filter((path) => dirname(path) === directory).map((path) => basename(path))),
  };
}
