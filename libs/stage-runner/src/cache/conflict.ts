import { isRemovedBy, type Layer } from '@immutablue/oci';
import type { Change } from './difference';
import { ancestorsOf, isAtOrBelow, type Reads } from '@immutablue/plan';

/** Why layers cannot be put on another parent. */
export interface Conflict {
  readonly path: string;
  /** `read`: what made the layers read it. `written`: they have it themselves, in the version of the old parent. */
  readonly use: 'read' | 'written';
}

/**
 * Looks whether layers that were made on one image are, on another image, what building them there would give.
 *
 * @param changes where the two images differ.
 * @param layers what is to be put on the other image.
 * @returns the first thing that is against it.
 */
export function findConflict(changes: readonly Change[], reads: Reads, layers: readonly Layer[]): Conflict | undefined {
  const written = new Set(layers.flatMap(({ entries }) => entries.map(({ path }) => path)));
  const closed = new Set(
    layers.flatMap(({ entries }) => entries.filter(({ type }) => type !== 'directory').map(({ path }) => path)),
  );
  const whiteouts = layers.flatMap((layer) => layer.whiteouts);
  for (const change of changes) {
    const { path } = change;
    if (isRead(change, reads)) return { path, use: 'read' };
    if (
      written.has(path) ||
      whiteouts.some((whiteout) => whiteout.path === path || isRemovedBy(path, whiteout)) ||
      ancestorsOf(path).some((ancestor) => closed.has(ancestor)) ||
      (change.extent === 'tree' && holdsBelow(path, written, whiteouts))
    ) {
      return { path, use: 'written' };
    }
  }
  return undefined;
}

function isRead({ path, extent }: Change, reads: Reads): boolean {
  if (reads === 'everything') return true;
  const isAbove = (place: string) => extent === 'tree' && isAtOrBelow(place, [path]);
  return isAtOrBelow(path, reads.trees) || reads.paths.includes(path) || [...reads.trees, ...reads.paths].some(isAbove);
}

function holdsBelow(path: string, written: ReadonlySet<string>, whiteouts: Layer['whiteouts']): boolean {
  const prefix = `${path}/`;
  return (
    [...written].some((one) => one.startsWith(prefix)) || whiteouts.some((whiteout) => whiteout.path.startsWith(prefix))
  );
}
