import type { CustomHasher } from '@nx/devkit';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { imagesIfAny, toImageId, type ImageId, type StoredImage } from '@immutablue/oci';
import type { BuildPlan } from '@immutablue/plan';
import {
  depBuildersRecordPath,
  findDeferred,
  imageRecordPath,
  isDeferred,
  openLedger,
  placeText,
  readDepBuilderImages,
  readImageRecord,
  type ImagePlace,
} from '@immutablue/stage-runner';
import { workspaceRoot } from 'nx/src/utils/workspace-root';
import { freshHash, taskInputs } from './hash';
import { buildInputs, depBuilderInputs, type ImageInputs, type Surroundings } from './image-inputs';
import { keepResult } from './keep-result';
import { hasOtherOptions, plannedFor, SELECTION, type Planned } from './planned';

/** A task that leaves images in containers-storage, which Nx does not keep. */
interface ImageTask {
  readonly inputsOf: (plan: BuildPlan, surroundings: Surroundings) => Promise<ImageInputs>;
  /** Where the record of the last such task is, absolute path. */
  readonly recordPath: (variantDirectory: string) => string;
  /** The images that it names. */
  readonly recorded: (planned: Planned) => Promise<readonly string[]>;
  readonly lock: 'obey' | 'ignore';
  /** What Nx is to print when the task is cached: a line for each of the images. */
  readonly result: (plan: BuildPlan, images: readonly KeptImage[]) => string;
}

/** An image that is there, in the store or known to be in a registry. */
interface KeptImage {
  readonly id: ImageId;
  readonly place: ImagePlace;
}

/**
 * The hash by which Nx looks whether a task has run already: that of the run which left what is there now, or else one that no
 * run has had. What it left counts as there when its images are in the store, the cache has them under their keys, the record in
 * `dist/` names them, and the image's name stands for the image. An image that only other tasks ask for may be deferred. Otherwise
 * the task runs: it puts all of that right, and builds nothing that is cached.
 */
function hasherOf({ inputsOf, recordPath, recorded, lock, result }: ImageTask): CustomHasher {
  return async (task, context) => {
    const [images, planned] = await Promise.all([imagesIfAny(), plannedFor(task, context, lock)]);
    // The executor says what is wrong.
    if (planned === undefined) return hashed(freshHash(taskInputs('not planned')));
    const { inputs, isFixed, keys } = await inputsOf(planned.plan, { ...planned, images });
    const ledger = openLedger(workspaceRoot);
    const left = await ledger.read('tasks', inputs);
    if (hasOtherOptions(task, SELECTION) || !isFixed || left === undefined) return hashed(freshHash(inputs));
    const isStored = (id: string) => images.some((image) => image.id === id);
    const kept: KeptImage[] = [];
    for (const id of left.images.map(toImageId)) {
      if (isStored(id)) kept.push({ id, place: 'store' });
      else if (planned.hits === 'deferred' && (await isDeferred(ledger, id))) kept.push({ id, place: 'registry' });
    }
    const cached = await Promise.all(keys.map(async (key) => (await ledger.read('results', key))?.imageId));
    const isThere =
      kept.length === left.images.length &&
      isDeepStrictEqual(cached, left.images) &&
      // Nx brings back a record that is missing.
      (!existsSync(recordPath(join(planned.variantsDirectory, planned.plan.variant))) ||
        isDeepStrictEqual(await recorded(planned), left.images)) &&
      (left.reference === undefined ||
        standsFor(images, left.reference, left.images[0]) ||
        // It gets the name when it is fetched.
        (planned.hits === 'deferred' && (await findDeferred(ledger, left.reference)) === left.images[0]));
    if (!isThere) return hashed(freshHash(inputs));
    await keepResult(left.hash, result(planned.plan, kept));
    return hashed(left.hash);
  };
}

function standsFor(images: readonly StoredImage[], reference: string, image: string | undefined): boolean {
  return images.find(({ names }) => names.includes(reference))?.id === image;
}

/** Nx wants to know what went into a hash for its own reports alone. */
export function hashed(value: string) {
  return { value, details: { command: '', nodes: {}, implicitDeps: {}, runtime: {} } };
}

/** Of a variant's image. */
export const hashBuild = hasherOf({
  inputsOf: buildInputs,
  recordPath: imageRecordPath,
  recorded: async ({ plan, variantsDirectory }) => {
    const record = await readImageRecord(join(variantsDirectory, plan.variant));
    return record?.reference === plan.reference ? [record.imageId] : [];
  },
  lock: 'obey',
  result: ({ reference }, images) =>
    images.map(({ id, place }) => `${reference} is up to date: image ${id.slice(0, 12)}${placeText(place)}`).join('\n'),
});

/** Of what dep-builders make. */
export const hashDepBuilders = hasherOf({
  inputsOf: depBuilderInputs,
  recordPath: depBuildersRecordPath,
  recorded: async ({ plan, variantsDirectory }) => [
    ...(await readDepBuilderImages(plan, join(variantsDirectory, plan.variant))).values(),
  ],
  lock: 'ignore',
  result: ({ depBuilders }, images) =>
    images
      .map(
        ({ id, place }, index) =>
          `the dep-builder of ${depBuilders[index]?.variant ?? ''} is up to date: image ${id.slice(0, 12)}${placeText(place)}`,
      )
      .join('\n'),
});

/** Of a task that runs what a build runs, and leaves nothing. */
export const hashTrial: CustomHasher = async (task, context) => {
  const [images, planned] = await Promise.all([imagesIfAny(), plannedFor(task, context)]);
  if (planned === undefined) return hashed(freshHash(taskInputs('not planned')));
  const { inputs, isFixed } = await buildInputs(planned.plan, { ...planned, images });
  const isKnown = isFixed && !hasOtherOptions(task, SELECTION);
  return hashed(isKnown ? taskInputs(task.target.target, inputs) : freshHash(inputs));
};
