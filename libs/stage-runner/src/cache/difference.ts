import type { Layer } from '@immutablue/oci';
import { findInLayers, indexLayer, type Found, type IndexedLayer } from './layer-stack';

/** A path at which two root filesystems are not the same. */
export interface Change {
  readonly path: string;
  /** `tree`: a directory or a link came, went or became something else, and with it all that is found by way of it. */
  readonly extent: 'path' | 'tree';
}

/** Two images by their layers: those that they have in common, and what each has above. */
export interface Stacks {
  readonly common: readonly Layer[];
  readonly before: readonly Layer[];
  readonly after: readonly Layer[];
}

/** The paths at which the root filesystems of two images differ, sorted. Pure. */
export function differenceOf(stacks: Stacks): Change[] {
  const [before, after] = [stacks.before.map(indexLayer), stacks.after.map(indexLayer)];
  const paths = new Set<string>();
  for (const { layer } of [...before, ...after]) {
    for (const entry of layer.entries) paths.add(entry.path);
    for (const whiteout of layer.whiteouts) paths.add(whiteout.path);
  }
  const common = stacks.common.map(indexLayer);
  return [...paths].sort().flatMap((path): Change[] => {
    const [old, now] = [findInLayers([...common, ...before], path), findInLayers([...common, ...after], path)];
    if (isOpaque(before, path) !== isOpaque(after, path)) return [{ path, extent: 'tree' }];
    if (old?.identity === now?.identity) return [];
    const isStill = old?.type === 'directory' && now?.type === 'directory';
    return [{ path, extent: !isStill && (canContainPaths(old) || canContainPaths(now)) ? 'tree' : 'path' }];
  });
}

/** Whether it can have paths below it. */
function canContainPaths(found: Found): boolean {
  return found?.type === 'directory' || found?.type === 'symlink';
}

/** Whether one of the layers hides what was in a directory before it. */
function isOpaque(layers: readonly IndexedLayer[], path: string): boolean {
  return layers.some(({ layer }) =>
    layer.whiteouts.some((whiteout) => whiteout.removes === 'content' && whiteout.path === path),
  );
}
