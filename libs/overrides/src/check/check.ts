import { visible, type Diagnostic } from '@immutablue/diagnostics';
import { type ManifestEntry } from '../entry';
import { type RootPath } from '../path';
import { forbiddenPlaceOf, type ForbiddenPlace } from './places';

/** What an OCI layer calls a removed file: https://github.com/opencontainers/image-spec/blob/main/layer.md#whiteouts */
const WHITEOUT_PREFIX = '.wh.';

/**
 * `override/forbidden-path` for each entry at a place where an image of this kind must not have it, in the order of the
 * entries. A directory that only leads to other entries is not looked at.
 */
export function checkManifest(entries: readonly ManifestEntry[]): readonly Diagnostic[] {
  return entries.flatMap((entry) => [...checkName(entry), ...checkPlace(entry)]);
}

function checkName(entry: ManifestEntry): readonly Diagnostic[] {
  const name = entry.path.slice(entry.path.lastIndexOf('/') + 1);
  if (!name.startsWith(WHITEOUT_PREFIX)) return [];
  return [
    forbidden(
      entry,
      `would remove a file in the layers below: names with \`${WHITEOUT_PREFIX}\` are whiteouts in an OCI layer`,
      'rename it; to remove files, list them under `file_rm` in packages.yaml',
    ),
  ];
}

function checkPlace(entry: ManifestEntry): readonly Diagnostic[] {
  const place = forbiddenPlaceOf(entry);
  return place === undefined ? [] : [forbiddenAt(entry, entry.path, place)];
}

/** The diagnostic for an entry that would be at `path` in the root filesystem, where `place` does not accept it. */
export function forbiddenAt(entry: ManifestEntry, path: RootPath, place: ForbiddenPlace): Diagnostic {
  if (path !== entry.path) {
    const why = `leads to \`${visible(path)}\` through a link of the root filesystem: ${place.path} ${place.why}`;
    return forbidden(entry, why, place.hint);
  }
  const why = place.path === path ? place.why : `cannot be in the image: ${place.path} ${place.why}`;
  return forbidden(entry, why, place.hint);
}

function forbidden(entry: ManifestEntry, why: string, hint: string): Diagnostic {
  return {
    code: 'override/forbidden-path',
    message: `\`${entry.path}\` ${why}`,
    location: { file: entry.source, line: 1, column: 1 },
    hint,
  };
}
