import { ancestorsOf } from '@immutablue/plan';
import { isRemovedBy, type Layer, type TarEntry } from '@immutablue/oci';

/** What a stack of layers has at a path: the identity of the entry there, or nothing. */
export type Found = { readonly identity: string; readonly type: TarEntry['type'] } | undefined;

/** Everything of an entry that counts. When it was written does not. */
export function identityOf(entry: TarEntry, { entries }: IndexedLayer): string {
  // The content of a hard link is that of the entry that it is a link to, which is in the same layer.
  const content = entry.type === 'hardlink' ? entries.get(absolute(entry.target)) : entry;
  return JSON.stringify([
    entry.type === 'hardlink' ? 'file' : entry.type,
    entry.mode,
    entry.uid,
    entry.gid,
    entry.type === 'symlink' ? entry.target : '',
    entry.type === 'directory' ? 0 : (content?.size ?? 0),
    content?.checksum ?? '',
    Object.entries(entry.extendedAttributes).sort(([left], [right]) => (left < right ? -1 : 1)),
  ]);
}

function absolute(path: string): string {
  return `/${path.replace(/^(?:\.?\/)+/, '')}`;
}

/** A layer by path. */
export interface IndexedLayer {
  readonly layer: Layer;
  readonly entries: ReadonlyMap<string, TarEntry>;
}

/** Makes a layer's entries findable. */
export function indexLayer(layer: Layer): IndexedLayer {
  return { layer, entries: new Map(layer.entries.map((entry) => [entry.path, entry])) };
}

/** What is at `path` in a stack of layers, the lowest first; https://github.com/opencontainers/image-spec/blob/main/layer.md */
export function findInLayers(layers: readonly IndexedLayer[], path: string): Found {
  const ancestors = ancestorsOf(path);
  for (const indexed of [...layers].reverse()) {
    const { layer, entries } = indexed;
    const entry = entries.get(path);
    if (entry !== undefined) return { identity: identityOf(entry, indexed), type: entry.type };
    if (layer.whiteouts.some((whiteout) => isRemovedBy(path, whiteout))) return undefined;
    // A layer that has something else where a directory was has removed all that was in it.
    if (ancestors.some((ancestor) => isNotDirectory(entries.get(ancestor)))) return undefined;
  }
  return undefined;
}

function isNotDirectory(entry: TarEntry | undefined): boolean {
  return entry !== undefined && entry.type !== 'directory';
}
