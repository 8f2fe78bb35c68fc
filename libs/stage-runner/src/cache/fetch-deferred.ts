import { DiagnosticError, formatBytes } from '@immutablue/diagnostics';
import {
  CommandError,
  fetchedImageLock,
  layerSizes,
  parseImageContent,
  restoreImage,
  tagImage,
  takeLocks,
  toImageId,
  withWorkingFolder,
  type ImageId,
} from '@immutablue/oci';
import type { BuildKey } from '@immutablue/plan';
import { buildsId, type Ledger } from '../ledger/ledger';
import type { Asking } from './cache-lookup';
import { detailsOfDeferred, isStored, type Deferred } from './deferred';
import type { RemoteCache } from './remote-cache';
import { pullUpstream } from './upstream';

/** What fetching a deferred image takes. The caller has the lock of the store. */
export interface Fetching {
  readonly ledger: Ledger;
  /** Undefined when no registry is configured any more. */
  readonly cache: RemoteCache | undefined;
  /** The variant for which it is fetched. */
  readonly variant: string;
  readonly signal: AbortSignal;
  /** Says what is fetched, and for what it waits. */
  readonly say: (message: string) => void;
}

/** For a build that asks a registry. */
export function fetchingOf({ remote, variant }: Asking, ledger: Ledger): Fetching {
  const { cache, signal, say } = remote;
  return { ledger, cache, variant, signal, say };
}

/**
 * Has an image in the store: a deferred one is fetched, after those that it stands on. It gets its name when it is what the last build
 * of that name has given. One that cannot be had is lost: the task that has left it in the registry runs again.
 *
 * @returns whether it is in the store.
 */
export async function fetchDeferred(id: ImageId, fetching: Fetching): Promise<boolean> {
  const { ledger } = fetching;
  const deferred = await ledger.read('deferred', id);
  if (deferred === undefined || deferred.from === 'lost') return isStored(id);
  const isHad = await (deferred.from === 'upstream' ? pull(id, deferred, fetching) : fetch(id, deferred, fetching));
  if (isHad) await ledger.forget('deferred', id);
  else await ledger.write('deferred', id, { from: 'lost', variant: variantOf(deferred) ?? fetching.variant });
  return isHad;
}

/** Like {@link fetchDeferred}. @throws {DiagnosticError} `cache/not-fetched` when one cannot be had; as a pull does. */
export async function requireFetched(images: readonly ImageId[], fetching: Fetching): Promise<void> {
  for (const image of images) await requireOne(image, fetching);
}

async function requireOne(id: ImageId, fetching: Fetching): Promise<void> {
  const deferred = await fetching.ledger.read('deferred', id);
  if (await fetchDeferred(id, fetching)) return;
  const variant = (deferred && variantOf(deferred)) ?? fetching.variant;
  const target = deferred?.from === 'cache' && deferred.reference === undefined ? 'deps' : 'build';
  throw new DiagnosticError({
    code: 'cache/not-fetched',
    message: `the image ${id.slice(0, 12)} of \`${variant}\`, which was left in the registry, cannot be fetched from there`,
    hint: `\`npx nx ${target} ${variant}\` builds what the registry does not give`,
  });
}

function variantOf(deferred: Deferred): string | undefined {
  return deferred.from === 'upstream' ? undefined : deferred.variant;
}

async function pull(
  id: ImageId,
  deferred: Extract<Deferred, { from: 'upstream' }>,
  { variant, signal, say }: Fetching,
): Promise<boolean> {
  const { reference, name } = deferred;
  const details = detailsOfDeferred(deferred);
  if (details === undefined) return false;
  if (!(await isStored(id))) {
    say(`pulling ${reference}`);
    const pulled = await pullUpstream({ reference, architecture: details.architecture, variant, signal });
    if (pulled !== id) throw otherId(reference, pulled, id);
  }
  // As a pull by the tag would have done; a name with a digest is given to nothing.
  if (!name.includes('@')) await tagImage(id, name);
  return true;
}

function otherId(reference: string, pulled: ImageId, expected: ImageId): DiagnosticError {
  return new DiagnosticError({
    code: 'oci/unexpected-output',
    message: `\`${reference}\` was pulled as the image ${pulled.slice(0, 12)}, and by its manifest is ${expected.slice(0, 12)}`,
    hint: 'containers-storage gives other IDs where storage.conf has `insecure_allow_unpredictable_image_contents`: leave that out',
  });
}

type CachedImage = Extract<Deferred, { from: 'cache' }>;

async function fetch(id: ImageId, deferred: CachedImage, fetching: Fetching): Promise<boolean> {
  const { ledger, say, signal } = fetching;
  // Before its own lock is taken: who has an image's lock waits for none of another image.
  const parent = toImageId(deferred.parent);
  if ((await needsParent(deferred, fetching)) && !(await fetchDeferred(parent, fetching))) return false;
  const onWait = (holder: string) => {
    say(`the image of ${deferred.variant} is being fetched by ${holder}: waiting for it`);
  };
  const lock = await takeLocks([await fetchedImageLock(id, { onWait, signal })]);
  try {
    if (!(await isStored(id)) && !(await restore(deferred, fetching))) return false;
    const { variant, parentLayers } = deferred;
    // It may be removed like those that were built here.
    await ledger.write('images', id, { variant, parentLayers });
    await giveName(id, deferred, fetching);
    return true;
  } finally {
    await lock.release();
  }
}

/** An image with a name is one for which programs look that also look at what it stands on; of others the layers are enough. */
async function needsParent(deferred: CachedImage, { cache }: Fetching): Promise<boolean> {
  return deferred.reference !== undefined || (await findSource(deferred, cache)) === undefined;
}

/** An entry that has all of an image's layers that the store has not, and these. */
async function findSource({ key, image }: CachedImage, cache: RemoteCache | undefined) {
  const [sizes, content] = [await layerSizes(), parseImageContent(image)];
  const missing = content?.layers.filter((layer) => !sizes.has(layer)) ?? [];
  for await (const entry of cache?.find(key as BuildKey) ?? []) {
    if (missing.every((layer) => entry.layers.has(layer))) return { entry, missing };
  }
  return undefined;
}

async function restore(deferred: CachedImage, { cache, variant, signal, say }: Fetching): Promise<boolean> {
  const source = await findSource(deferred, cache);
  if (cache === undefined || source === undefined) return false;
  const { entry, missing } = source;
  const bytes = missing.reduce((sum, layer) => sum + (entry.layers.get(layer) ?? 0), 0);
  const reader = deferred.variant === variant ? '' : `, which ${variant} reads`;
  if (missing.length > 0) say(`fetching ${formatBytes(bytes)} of ${deferred.variant} from the registry${reader}`);
  return withWorkingFolder('fetched', async (directory) => {
    const archives = await cache.fetch(entry, missing, directory);
    return archives !== undefined && isStorable(() => restoreImage(deferred.image, archives, { signal }), say);
  });
}

/** Layers have the digests that they should have, and can be anything: what skopeo does not take cannot be had. */
async function isStorable(store: () => Promise<unknown>, say: Fetching['say']): Promise<boolean> {
  try {
    await store();
    return true;
  } catch (error) {
    if (!(error instanceof CommandError) || error.diagnostics[0].code !== 'oci/command-failed') throw error;
    say(`the store does not take it: ${error.result.tail.at(-1) ?? error.message}`);
    return false;
  }
}

/** A build that ends meanwhile has the name for its own image: it records that before it gives the name. */
async function giveName(id: ImageId, { reference }: CachedImage, { ledger }: Fetching): Promise<void> {
  if (reference === undefined) return;
  const readLast = async () => (await ledger.read('builds', buildsId(reference)))?.last?.imageId;
  if ((await readLast()) !== id) return;
  await tagImage(id, reference);
  const last = await readLast();
  if (last !== undefined && last !== id && (await isStored(toImageId(last)))) {
    await tagImage(toImageId(last), reference);
  }
}
