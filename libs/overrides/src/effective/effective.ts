import { type Diagnostic } from '@immutablue/diagnostics';
import { type EffectiveEntry, type Manifest, type ManifestEntry } from '../entry';
import { comparePaths, parentOf, type RootPath } from '../path';
import { describeTree } from './tree-name';

export interface EffectiveResult {
  /** One entry for each path, sorted by path (by bytes). */
  readonly entries: readonly EffectiveEntry[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Which entry wins at each path: that of the last manifest that has one. `manifests` begin with the lowest precedence.
 *
 * What is a directory in one tree and something else in another is `override/type-conflict`: whichever won, entries of the
 * other tree could not be where they say. (A file and a symlink may replace each other.)
 */
export function effectiveOverrides(manifests: readonly Manifest[]): EffectiveResult {
  const byPath = new Map<RootPath, ManifestEntry[]>();
  for (const entry of manifests.flatMap(({ entries }) => entries)) {
    const others = byPath.get(entry.path);
    if (others === undefined) byPath.set(entry.path, [entry]);
    else others.unshift(entry);
  }
  const candidates = [...byPath.values()].flatMap(([winner, ...losers]) =>
    winner === undefined ? [] : [{ winner, losers }],
  );
  candidates.sort((left, right) => comparePaths(left.winner.path, right.winner.path));
  const parents = new Set(candidates.map(({ winner }) => parentOf(winner.path)));
  return {
    entries: candidates.map(({ winner, losers }) => ({
      ...(winner.type === 'directory' ? { ...winner, isEmpty: !parents.has(winner.path) } : winner),
      owner: 'root',
      group: 'root',
      hasStatedPermissions: false,
      overridden: losers.map(({ tree }) => tree),
    })),
    diagnostics: candidates.flatMap(({ winner, losers }) => {
      const loser = losers.find(({ type }) => (type === 'directory') !== (winner.type === 'directory'));
      return loser === undefined ? [] : [typeConflict(winner, loser)];
    }),
  };
}

function typeConflict(winner: ManifestEntry, loser: ManifestEntry): Diagnostic {
  const [upper, lower] = [describeTree(winner.tree), describeTree(loser.tree)];
  return {
    code: 'override/type-conflict',
    message: `\`${winner.path}\` is a ${winner.type} in ${upper}, and a ${loser.type} in ${lower}`,
    location: { file: winner.source, line: 1, column: 1 },
    notes: [`the ${loser.type} is ${loser.source}`],
    hint: 'rename one of them',
  };
}
