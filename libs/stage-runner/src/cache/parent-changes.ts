import { DiagnosticError } from '@immutablue/diagnostics';
import { readLayers, type Digest, type Layer } from '@immutablue/oci';
import { differenceOf, type Change } from './difference';

/**
 * Where the root filesystems of two images differ, from their layers alone: those that they have in common are the same, the
 * others tell what they hold.
 *
 * @throws {DiagnosticError} `oci/layer-not-found` when the store has no record of a layer.
 */
export async function changesBetween(before: readonly Digest[], after: readonly Digest[]): Promise<readonly Change[]> {
  const firstOther = before.findIndex((layer, index) => layer !== after[index]);
  const shared = firstOther === -1 ? Math.min(before.length, after.length) : firstOther;
  if (shared === before.length && shared === after.length) return [];
  const [own, others] = [await layersOf(before.slice(shared)), await layersOf(after.slice(shared))];
  return differenceOf({ common: await layersOf(before.slice(0, shared)), before: own, after: others });
}

/**
 * Like {@link changesBetween}.
 *
 * @returns undefined when nothing says what a layer of one of the images holds.
 */
export async function tryChangesBetween(
  before: readonly Digest[],
  after: readonly Digest[],
): Promise<readonly Change[] | undefined> {
  return ifKnown(() => changesBetween(before, after));
}

/** Like {@link layersOf}; undefined when nothing says what one of them holds. */
export async function tryLayersOf(diffIds: readonly Digest[]): Promise<readonly Layer[] | undefined> {
  return ifKnown(() => layersOf(diffIds));
}

async function ifKnown<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof DiagnosticError && error.diagnostics[0].code === 'oci/layer-not-found') return undefined;
    throw error;
  }
}

/** Layers are named by their content: what was read once stays true. */
const read = new Map<Digest, Layer>();

/** Has at hand what layers hold that are not in the store, for {@link layersOf}. */
export function learnLayers(layers: readonly Layer[]): void {
  for (const layer of layers) read.set(layer.diffId, layer);
}

/** What layers hold, the lowest first. */
export async function layersOf(diffIds: readonly Digest[]): Promise<readonly Layer[]> {
  const missing = diffIds.filter((diffId) => !read.has(diffId));
  for (const layer of await readLayers(missing)) read.set(layer.diffId, layer);
  return diffIds.flatMap((diffId) => read.get(diffId) ?? []);
}
