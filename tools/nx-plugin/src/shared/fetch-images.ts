import { join } from 'node:path';
import { storeLock, takeLocks, toImageId, type ImageId } from '@immutablue/oci';
import type { BuildPlan } from '@immutablue/plan';
import {
  findDeferred,
  IMAGES_REMOVED,
  isDeferred,
  openLedger,
  readDepBuilderImages,
  readImageRecord,
  requireFetched,
  requireLastBuild,
  type ImageRecord,
} from '@immutablue/stage-runner';
import { variantsDirectoryOf } from './plan';
import { withRemoteCache, WORDS_BESIDE } from './remote-cache';
import type { Task } from './task';

/**
 * Has the image of a name's last build in the store, with what it stands on, where builds have left them in the registry.
 *
 * @param built the name, and whose image it is where that is known.
 * @throws {DiagnosticError} `cache/not-fetched`; `oci/image-not-found` when it is neither in the store nor in a registry.
 */
export async function fetchBuiltImage(
  task: Task<unknown>,
  built: Pick<BuildPlan, 'reference'> & { readonly variant?: string },
  signal: AbortSignal,
): Promise<void> {
  const ledger = openLedger(task.workspaceRoot);
  const image = await findDeferred(ledger, built.reference);
  await fetchImages(task, image === undefined ? [] : [image], signal);
  await requireLastBuild(ledger, built);
  if (built.variant !== undefined)
    await fetchImages(task, await imagesBelow(task, built.variant, built.reference), signal);
}

/** What the image of a variant's last build stands on, as far as records say it. */
async function imagesBelow(task: Task<unknown>, variant: string, reference: string): Promise<readonly ImageId[]> {
  const recordOf = (name: string) => readImageRecord(join(variantsDirectoryOf(task), name));
  const found: ImageId[] = [];
  let record = await recordOf(variant);
  if (record?.reference !== reference) return found;
  while (record !== undefined) {
    const { parent }: ImageRecord = record;
    found.push(toImageId(parent.imageId));
    const below: ImageRecord | undefined = parent.variant === undefined ? undefined : await recordOf(parent.variant);
    record = below?.imageId === parent.imageId ? below : undefined;
  }
  return found;
}

/** The same of what a build of the variant reads: its parent, and what its dep-builders have made. @throws like it. */
export async function fetchParents(task: Task<unknown>, plan: BuildPlan, signal: AbortSignal): Promise<void> {
  if (plan.parent.kind === 'variant') {
    const record = await readImageRecord(join(variantsDirectoryOf(task), plan.parent.variant));
    const isMeant =
      record?.release === plan.release && record.arch === plan.architecture && record.upstream === plan.upstream;
    await fetchImages(task, isMeant ? [toImageId(record.imageId)] : [], signal);
  }
  await fetchDepBuilders(task, plan, signal);
}

/** The same of what a variant's dep-builders have made. @throws like it. */
export async function fetchDepBuilders(task: Task<unknown>, plan: BuildPlan, signal: AbortSignal): Promise<void> {
  const made = await readDepBuilderImages(plan, join(variantsDirectoryOf(task), plan.variant));
  await fetchImages(task, [...made.values()], signal);
}

async function fetchImages(task: Task<unknown>, images: readonly ImageId[], signal: AbortSignal): Promise<void> {
  const ledger = openLedger(task.workspaceRoot);
  const deferred: ImageId[] = [];
  for (const image of images) if (await isDeferred(ledger, image)) deferred.push(image);
  if (deferred.length === 0) return;
  const words = { ...WORDS_BESIDE, hits: 'fetched', use: 'read' } as const;
  const onWait = (holder: string) => {
    words.say(`${IMAGES_REMOVED} by ${holder}: waiting for it`);
  };
  const lock = await takeLocks([await storeLock('shared', { signal, onWait })]);
  try {
    await withRemoteCache(task, words, signal, (remote) =>
      requireFetched(deferred, { ledger, cache: remote?.cache, variant: task.variant, signal, say: words.say }),
    );
  } finally {
    await lock.release();
  }
}
