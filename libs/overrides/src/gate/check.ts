import { visible, type Diagnostic } from '@immutablue/diagnostics';
import { type ManifestEntry } from '../entry';
import { type RootPath } from '../path';
import { refusalOf, type Refusal } from './refusal';

/**
 * `override/forbidden-path` for each entry at a place where an image of this kind must not have it, in the order of the
 * entries. A directory that only leads to other entries is not looked at.
 */
export function checkManifest(entries: readonly ManifestEntry[]): readonly Diagnostic[] {
  return entries.flatMap((entry) => {
    const refusal = refusalOf(entry);
    return refusal === undefined ? [] : [forbiddenAt(entry, entry.path, refusal)];
  });
}

/** The diagnostic for an entry that would be at `path` in the root filesystem, which is refused there. */
export function forbiddenAt(entry: ManifestEntry, path: RootPath, { why, rule, hint }: Refusal): Diagnostic {
  const through = `leads to \`${visible(path)}\` through a link of the root filesystem: ${rule}`;
  return {
    code: 'override/forbidden-path',
    message: `\`${entry.path}\` ${path === entry.path ? why : through}`,
    location: { file: entry.source, line: 1, column: 1 },
    hint,
  };
}
