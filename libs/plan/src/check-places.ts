import type { Diagnostic, SourceLocation } from '@immutablue/diagnostics';
import { refusalOf, vitalPathWith } from '@immutablue/overrides';
import type { ResolvedPackages } from '@immutablue/variant';

/**
 * What the lists of a build may not place or remove, each with its line: `packages/forbidden-path`, `packages/vital-path`. By the
 * paths as they are written; the steps look again where links of the root filesystem lead. Pure.
 */
export function checkPlaces({ downloads, fileRemove }: ResolvedPackages): Diagnostic[] {
  return [
    ...downloads.flatMap(({ value, location }) => refusedDownload(value.path, value.path, location)),
    ...fileRemove.flatMap(({ value, location }) => vitalRemoval(value, value, location)),
  ];
}

/**
 * The diagnostic for a pinned file at `written`, where nothing of the family may be.
 *
 * @param place where that is in the root filesystem, without links.
 */
export function refusedDownload(written: string, place: string, location: SourceLocation): Diagnostic[] {
  const refusal = refusalOf({ path: place, type: 'file' });
  if (refusal === undefined) return [];
  const through = `leads to \`${place}\` through a link of the root filesystem: ${refusal.rule}`;
  const message = `\`${written}\` ${written === place ? refusal.why : through}`;
  return [{ code: 'packages/forbidden-path', message, location, hint: refusal.hint }];
}

/** The diagnostic for the removal of what no image can be without. `place`: where `written` is, without links. */
export function vitalRemoval(written: string, place: string, location: SourceLocation): Diagnostic[] {
  const vital = vitalPathWith(place);
  if (vital === undefined) return [];
  const what =
    vital === written ? 'no image can be without it' : `no image can be without \`${vital}\`, which goes with it`;
  return [
    {
      code: 'packages/vital-path',
      message: `\`${written}\` cannot be removed: ${what}`,
      location,
      hint: 'name the files that are to go, each by its own path; packages are removed by `rpm_rm`',
    },
  ];
}
