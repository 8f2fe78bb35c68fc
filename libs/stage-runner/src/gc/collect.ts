import { DiagnosticError } from '@immutablue/diagnostics';
import {
  imagesOfContainers,
  readImages,
  readStore,
  removeImage,
  storeLock,
  takeLocks,
  toImageId,
  findOrphans,
  removeOrphans,
  type ImageId,
} from '@immutablue/oci';
import type { ImageSettings } from '@immutablue/variant';
import { openLedger, type KeptEntry, type Ledger } from '../ledger/ledger';
import { takeInventory, type Inventory, type OwnImage } from './inventory';
import { neededImages } from './needed';
import { selectRemovals } from './select';
import { usageOf, type VariantUsage } from './usage';

export interface CollectRequest {
  readonly workspaceRoot: string;
  /** Absolute path of the folder that holds the variants' folders. */
  readonly variantsDirectory: string;
  readonly settings: ImageSettings;
  /** How much the images may take, in bytes. */
  readonly limit: number;
  /** `show`: only say what would be done. */
  readonly mode: 'remove' | 'show';
  readonly signal: AbortSignal;
  readonly onWait: (holder: string) => void;
}

/** What was done, or would be. */
export interface Collection {
  readonly mode: CollectRequest['mode'];
  readonly limit: number;
  /** Before anything is removed. */
  readonly usage: readonly VariantUsage[];
  readonly removed: readonly RemovedOwnImage[];
  /** Unneeded images that stay: a container stands on them, or they have a name that is not the workspace's. */
  readonly kept: readonly OwnImage[];
  /** Bytes of all layers of the workspace's images. */
  readonly before: number;
  readonly after: number;
  /** What killed commands have left: names of containers and images, paths of working folders. */
  readonly orphans: readonly string[];
}

export interface RemovedOwnImage extends OwnImage {
  /** Bytes of its own layers. */
  readonly bytes: number;
}

/** The prefix of the names of dep-builders' images. */
const DEP_BUILDER_PREFIX = 'localhost/immutablue/dependencies-';

/**
 * Removes unneeded images of this workspace, the least recently used first, until its images take no more than the limit; and
 * orphans of killed builds, and the ledger's entries about images that are gone. Waits until no build runs.
 *
 * @throws {DiagnosticError} when a plan cannot be made, and `build/interrupted` when the signal fires.
 */
export async function collectGarbage(request: CollectRequest): Promise<Collection> {
  if (request.mode === 'show') return (await survey(request)).found;
  const lock = await takeLocks([await storeLock('exclusive', request)]);
  try {
    const orphans = await removeOrphans();
    const { found, needed } = await survey(request);
    const stayed = await removeImages(found.removed, request.signal);
    await forgetGone(openLedger(request.workspaceRoot), needed);
    return {
      ...found,
      orphans,
      removed: found.removed.filter((image) => !stayed.includes(image)),
      kept: [...found.kept, ...stayed],
      after: stayed.reduce((sum, { bytes }) => sum + bytes, found.after),
    };
  } finally {
    await lock.release();
  }
}

/** @returns those that stay: named, or in use by a container, since the inventory. */
async function removeImages(
  images: readonly RemovedOwnImage[],
  signal: AbortSignal,
): Promise<readonly RemovedOwnImage[]> {
  const stayed: RemovedOwnImage[] = [];
  for (const image of images) {
    if (signal.aborted) throw new DiagnosticError({ code: 'build/interrupted', message: 'interrupted' });
    const stored = (await readImages()).find(({ id }) => id === image.id);
    const isRenamed = stored?.names.some((name) => !image.names.includes(name)) === true;
    if (isRenamed || (await removeImage(image.id)) === 'in-use') stayed.push(image);
  }
  return stayed;
}

/** What is to be removed, and what the workspace needs, be it in the store or deferred. */
interface Survey {
  readonly found: Collection;
  readonly needed: ReadonlySet<ImageId>;
}

async function survey(request: CollectRequest): Promise<Survey> {
  const { limit, mode } = request;
  const ledger = openLedger(request.workspaceRoot);
  const { inventory, needed } = await inventoryOf(request, ledger);
  const { removed, before, after } = selectRemovals(inventory, limit);
  const found: Collection = {
    mode,
    limit,
    usage: usageOf(inventory),
    removed: removed.map((image) => ({
      ...image,
      bytes: image.ownLayers.reduce((sum, layer) => sum + inventory.bytesOf(layer), 0),
    })),
    kept: inventory.own.filter(({ retention }) => retention === 'named' || retention === 'in-use'),
    before,
    after,
    orphans: await findOrphans(),
  };
  return { found, needed };
}

async function inventoryOf(
  request: CollectRequest,
  ledger: Ledger,
): Promise<Pick<Survey, 'needed'> & { readonly inventory: Inventory }> {
  const store = await readStore();
  const results = await ledger.list('results');
  const deferred = await ledger.list('deferred');
  const { images, references } = await neededImages({ ...request, results, deferred, images: store.images });
  const built = new Set((await ledger.list('builds')).map(({ entry }) => entry.reference));
  const inventory = takeInventory({
    store,
    made: (await ledger.list('images')).map(({ id, entry, usedAt }) => ({
      id: toImageId(id),
      ...entry,
      madeAt: usedAt,
    })),
    needed: images,
    inUse: await imagesOfContainers(),
    isOurName: (name) => references.has(name) || built.has(name) || name.startsWith(DEP_BUILDER_PREFIX),
    usedAt: lastUses(results),
  });
  return { inventory, needed: images };
}

function lastUses(results: readonly KeptEntry<'results'>[]): ReadonlyMap<string, number> {
  const usedAt = new Map<string, number>();
  for (const { entry, usedAt: used } of results) {
    usedAt.set(entry.imageId, Math.max(used, usedAt.get(entry.imageId) ?? 0));
  }
  return usedAt;
}

/** Forgets images that are not in the store any more; nothing if the store has none of them, as another store would. */
async function forgetGone(ledger: Ledger, needed: ReadonlySet<ImageId>): Promise<void> {
  const there = new Set<string>((await readImages()).map(({ id }) => id));
  for (const { id, entry } of await ledger.list('deferred')) {
    if (entry.from !== 'lost' && needed.has(toImageId(id))) there.add(id);
    else await ledger.forget('deferred', id);
  }
  const made = await ledger.list('images');
  if (!made.some(({ id }) => there.has(id))) return;
  for (const { id } of made) if (!there.has(id)) await ledger.forget('images', id);
  for (const { id, entry } of await ledger.list('results')) {
    if (!there.has(entry.imageId)) await ledger.forget('results', id);
  }
  for (const { id, entry } of await ledger.list('tasks')) {
    if (!entry.images.every((image) => there.has(image))) await ledger.forget('tasks', id);
  }
}
