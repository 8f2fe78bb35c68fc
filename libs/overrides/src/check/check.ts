import { type Diagnostic } from '@immutablue/diagnostics';
import { type ManifestEntry } from '../entry';
import { forbiddenPlaceOf } from './places';

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
  if (place === undefined) return [];
  const why = place.path === entry.path ? place.why : `cannot be in the image: ${place.path} ${place.why}`;
  return [forbidden(entry, why, place.hint)];
}

function forbidden(entry: ManifestEntry, why: string, hint: string): Diagnostic {
  return {
    code: 'override/forbidden-path',
    message: `\`${entry.path}\` ${why}`,
    location: { file: entry.source, line: 1, column: 1 },
    hint,
  };
}
