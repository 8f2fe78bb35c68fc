import { DiagnosticError, formatBytes } from '@immutablue/diagnostics';
import {
  fetchedImageLock,
  layerSizes,
  parseImageContent,
  restoreImage,
  tagImage,
  takeLocks,
  toImageId,
  withWorkingFolder,
  type Digest,
  type ImageId,
  type LayerFile,
} from '@immutablue/oci';
import type { BuildKey } from '@immutablue/plan';
import { buildsId, type Ledger } from '../ledger/ledger';
import { detailsOfDeferred, isStored, type Deferred } from './deferred';
import type { Remote, RemoteCache, RemoteEntry } from './remote-cache';
import { pullUpstream } from './upstream';

/** What fetching a deferred image takes. */
export interface Fetching {
  readonly ledger: Ledger;
  /** Undefined when no registry is configured any more. */
  readonly cache: RemoteCache | undefined;
  /** The variant for which it is fetched. */
  readonly variant: string;
  readonly signal: AbortSignal;
  /** Says what is fetched. */
  readonly say: (message: string) => void;
}

/**
 * Has an image in the store: a deferred one is fetched, after those that it stands on. It gets its name when it is what the last build
 * of that name has given.
 *
 * @returns whether it is in the store. It is not deferred any more then, in either case.
 */
export async function fetchDeferred(id: ImageId, fetching: Fetching): Promise<boolean> {
  if (await isStored(id)) return true;
  if ((await fetching.ledger.read('deferred', id)) === undefined) return false;
  const lock = await takeLocks([await fetchedImageLock(id, { onWait: () => undefined, signal: fetching.signal })]);
  try {
    // Another process may have fetched it meanwhile.
    const deferred = (await isStored(id)) ? undefined : await fetching.ledger.read('deferred', id);
    const isFetched = deferred === undefined ? await isStored(id) : await fetchNow(id, deferred, fetching);
    // Either way: the task that has left it there runs again otherwise, and builds it where no registry has it.
    await fetching.ledger.forget('deferred', id);
    return isFetched;
  } finally {
    await lock.release();
  }
}

/** Like {@link fetchDeferred}. @throws {DiagnosticError} `cache/not-fetched` when one cannot be had; as a pull does. */
export async function requireFetched(images: readonly ImageId[], fetching: Fetching): Promise<void> {
  for (const image of images) await requireOne(image, fetching);
}

async function requireOne(id: ImageId, fetching: Fetching): Promise<void> {
  const deferred = await fetching.ledger.read('deferred', id);
  if (await fetchDeferred(id, fetching)) return;
  const variant = deferred?.from === 'cache' ? deferred.variant : fetching.variant;
  throw new DiagnosticError({
    code: 'cache/not-fetched',
    message: `the image ${id.slice(0, 12)} of \`${variant}\`, which was left in the registry, cannot be fetched from there`,
    hint: 'give the command again: what the registry does not give is then built here',
  });
}

async function fetchNow(id: ImageId, deferred: Deferred, fetching: Fetching): Promise<boolean> {
  const { ledger, cache, signal, say } = fetching;
  if (deferred.from === 'upstream') {
    const { reference } = deferred;
    say(`pulling ${reference}`);
    const architecture = detailsOfDeferred(deferred)?.architecture ?? '';
    await pullUpstream({ reference, architecture, variant: fetching.variant, signal });
    // By its tag, too, as a pull of that would have done; a name with a digest is given to nothing.
    if (!deferred.name.includes('@')) await tagImage(id, deferred.name);
  } else {
    // Its layers are those of its parents, too, whose upstream image no cache has.
    await fetchDeferred(toImageId(deferred.parent), fetching);
    const entry = await cache?.find(deferred.key as BuildKey);
    if (cache === undefined || entry === undefined) return false;
    const layers = parseImageContent(deferred.image)?.layers ?? [];
    const restored = await withLayers({ cache, say }, entry, layers, (archives) =>
      restoreImage(deferred.image, archives),
    );
    if (restored === undefined) return false;
    const { variant, parentLayers, reference } = deferred;
    // It may be removed like those that were built here.
    await ledger.write('images', id, { variant, parentLayers });
    const last = reference === undefined ? undefined : (await ledger.read('builds', buildsId(reference)))?.last;
    if (reference !== undefined && last?.imageId === id) await tagImage(id, reference);
  }
  return isStored(id);
}

/** Does `work` with the files of those layers that the store has not; undefined when one of them cannot be had. */
export async function withLayers<T>(
  { cache, say }: Pick<Remote, 'cache' | 'say'>,
  entry: RemoteEntry,
  layers: readonly Digest[],
  work: (archives: ReadonlyMap<Digest, LayerFile>) => Promise<T>,
): Promise<T | undefined> {
  const sizes = await layerSizes();
  const missing = layers.filter((layer) => !sizes.has(layer));
  const bytes = missing.reduce((sum, layer) => sum + (entry.layers.get(layer) ?? 0), 0);
  if (missing.length > 0) say(`fetching ${formatBytes(bytes)} of ${entry.result.variant} from the registry`);
  return withWorkingFolder('fetched', async (directory) => {
    const archives = await cache.fetch(entry, missing, directory);
    return archives === undefined ? undefined : work(archives);
  });
}
