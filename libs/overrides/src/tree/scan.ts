import { basename, dirname } from 'node:path';
import { type Diagnostic } from '@immutablue/diagnostics';
import { type Manifest, type ManifestEntry, type OverrideTree } from '../entry';
import { comparePaths, parentOf, type RootPath } from '../path';
import { walkFolder, type Found } from './walk';

export interface ScanResult {
  readonly manifest: Manifest;
  /** Everything in the tree that cannot be in an image, in the order of the paths. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Git keeps no empty directories; this file in one says that the directory is meant. */
const KEEPER = '.gitkeep';

/**
 * Reads a whole tree and hashes its files. Symlinks are entries; they are never followed, and neither the tree's own folder nor
 * `artifacts` may be one. Names are read as bytes, so that those that are not UTF-8 are found. An empty `.gitkeep` is left out.
 *
 * Nothing is thrown for what is wrong in the tree: all of it is in `diagnostics`, as `override/unsupported-type`,
 * `override/not-utf8`, `override/control-character`, `override/not-readable` and `file/path-too-long`.
 */
export async function scanTree(tree: OverrideTree): Promise<ScanResult> {
  const artifacts = dirname(tree.directory);
  const walk = walkFolder({
    anchor: dirname(artifacts),
    parts: [basename(artifacts), basename(tree.directory)],
    what: tree.option === undefined ? '`overrides`' : `\`overrides_${tree.option}\``,
    use: 'overrides',
    shown: (path) => `\`/${path}\``,
    isLeftOut: () => false,
  });
  const found: Found[] = [];
  for await (const item of walk) if (!isKeeper(item)) found.push(item);
  // What is wrong is there, too: a directory that holds nothing else is not an empty one.
  const parents = new Set(found.map(({ path }) => parentOf(rootPath(path))));
  const entries = found.flatMap((item) => (item.kind === 'entry' ? [manifestEntry(item, tree, parents)] : []));
  return {
    manifest: { tree, entries: entries.sort((left, right) => comparePaths(left.path, right.path)) },
    diagnostics: found.flatMap((item) => (item.kind === 'fault' ? [item.diagnostic] : [])),
  };
}

function isKeeper(item: Found): boolean {
  return item.kind === 'entry' && item.facts.type === 'file' && item.facts.size === 0 && basename(item.path) === KEEPER;
}

function manifestEntry(
  { path, facts }: Extract<Found, { kind: 'entry' }>,
  tree: OverrideTree,
  parents: ReadonlySet<RootPath>,
): ManifestEntry {
  const place = { path: rootPath(path), source: `${tree.directory}/${path}`, tree };
  return facts.type === 'directory'
    ? { ...facts, ...place, isEmpty: !parents.has(place.path) }
    : { ...facts, ...place };
}

function rootPath(path: string): RootPath {
  return `/${path}` as RootPath;
}
