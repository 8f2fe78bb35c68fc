import type { Diagnostic } from '@immutablue/diagnostics';
import { isRemovedBy, type Layer, type TarEntry } from '@immutablue/oci';
import { refusalInLayer, refusalOf } from '@immutablue/overrides';
import { BUILT_RPMS, isAtOrBelow } from '@immutablue/plan';

/**
 * `build/refused-path` for what a dep-builder has made and `10-copy` may not bring into an image. The RPMs that it leaves for the
 * package stages are no part of an image. Pure.
 *
 * @param own the layers that it has made, the lowest first.
 * @param containerfile absolute path, to blame.
 * @param parents the layers below.
 */
export function checkDepBuilder(
  own: readonly Layer[],
  containerfile: string,
  parents: readonly Layer[] = [],
): Diagnostic[] {
  return own.flatMap(({ entries, whiteouts }, index) => {
    const below = [...parents, ...own.slice(0, index)].flatMap((layer) => layer.entries);
    const names = whiteouts.filter((whiteout) => !below.some(({ path }) => isRemovedBy(path, whiteout)));
    return [...names.map(({ entry }) => entry), ...entries].flatMap((entry): Diagnostic[] => {
      const refusal = refusalFor(entry);
      if (refusal === undefined) return [];
      return [
        {
          code: 'build/refused-path',
          message: `\`${entry.path}\`, which the dep-builder has left, ${refusal.why}`,
          location: { file: containerfile, line: 1, column: 1 },
          hint: refusal.hint,
        },
      ];
    });
  });
}

/** What buildah leaves of its own mounts where the last stage runs something. The build empties or removes it. */
function isMountPoint({ path, type, size }: TarEntry): boolean {
  if (isAtOrBelow(path, ['/run/secrets', '/run/.containerenv'])) return true;
  return type === 'file' && size === 0 && ['/etc/hostname', '/etc/resolv.conf', '/etc/hosts'].includes(path);
}

function refusalFor(entry: TarEntry) {
  const { path, type } = entry;
  if (isAtOrBelow(path, [BUILT_RPMS]) || isMountPoint(entry)) return undefined;
  switch (type) {
    case 'other':
    case 'directory':
      return refusalInLayer({ path, type });
    case 'symlink':
      return refusalOf({ path, type });
    case 'file':
    case 'hardlink':
      return refusalOf({ path, type: 'file' });
  }
}
