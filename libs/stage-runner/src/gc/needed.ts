import { join } from 'node:path';
import { toImageId, type ImageId, type StoredImage } from '@immutablue/oci';
import { depBuilderKey, imageReference, keysOf, type BuildKey, type BuildSelection } from '@immutablue/plan';
import { architectureOf, UPSTREAM_PROFILES, type ImageSettings, type Variant } from '@immutablue/variant';
import type { Result } from '../ledger/entry';
import type { KeptEntry } from '../ledger/ledger';
import { readDepBuilderImages, readDepBuildersRecord, readImageRecord } from '../ledger/task-records';
import { readPlan } from '../workspace/read-plan';
import { readSources, type Sources } from '../workspace/sources';

export interface NeededRequest {
  readonly workspaceRoot: string;
  /** Absolute path of the folder that holds the variants' folders. */
  readonly variantsDirectory: string;
  readonly settings: ImageSettings;
  readonly results: readonly KeptEntry<'results'>[];
  readonly deferred: readonly KeptEntry<'deferred'>[];
  /** What the store has. */
  readonly images: readonly StoredImage[];
}

/** What the workspace as it is now needs. */
export interface Needed {
  readonly images: ReadonlySet<ImageId>;
  /** The names that its images have, or will have. */
  readonly references: ReadonlySet<string>;
}

/**
 * The images that the workspace needs as its files are now: for every variant, release, upstream profile and platform the image,
 * the checkpoint and the dep-builders' images that would be a build's cache hits, the image that has the name, and what the
 * records in `dist/` name; with the images that all these were built on.
 *
 * @throws {DiagnosticError} when a plan cannot be made: what is needed is unknown then.
 */
export async function neededImages(request: NeededRequest): Promise<Needed> {
  const images = new Set<ImageId>();
  const references = new Set<string>();
  const byKey = new Map(request.results.map(({ id, entry }) => [id, entry]));
  const sources = await readSources(request.variantsDirectory, request.settings);
  for (const variant of sources.family.variants) {
    for (const image of await imagesOfDist(join(request.variantsDirectory, variant.name))) images.add(image);
    const isRecorded = request.results.some(({ entry }) => entry.variant === variant.name);
    for (const selection of selectionsOf(variant, request.settings)) {
      references.add(imageReference(variant, request.settings, selection));
      if (!isRecorded) continue;
      for (const key of await keysOfSelection({ ...request, sources }, variant, selection, byKey)) {
        const result = byKey.get(key);
        if (result === undefined) continue;
        images.add(toImageId(result.imageId)).add(toImageId(result.parent.imageId));
      }
    }
  }
  for (const { id, names } of request.images) {
    if (names.some((name) => references.has(name))) images.add(id);
  }
  addBelow(images, request.deferred);
  return { images, references };
}

/** What a deferred image stands on has to be there when it is fetched. */
function addBelow(images: Set<ImageId>, deferred: NeededRequest['deferred']): void {
  const parents = new Map(deferred.map(({ id, entry }) => [id, entry.from === 'cache' ? entry.parent : undefined]));
  // What is added meanwhile has its turn, too.
  for (const image of images) {
    const parent = parents.get(image);
    if (parent !== undefined) images.add(toImageId(parent));
  }
}

function selectionsOf(variant: Variant, settings: ImageSettings): readonly BuildSelection[] {
  return UPSTREAM_PROFILES.flatMap((upstream) =>
    settings.releases.flatMap((release) =>
      variant.platforms.map((platform) => ({ upstream, release, architecture: architectureOf(platform) })),
    ),
  );
}

async function imagesOfDist(variantDirectory: string): Promise<readonly ImageId[]> {
  const record = await readImageRecord(variantDirectory);
  const depBuilderImages = await readDepBuildersRecord(variantDirectory);
  return [
    ...depBuilderImages.values(),
    ...(record === undefined ? [] : [toImageId(record.imageId), toImageId(record.parent.imageId)]),
  ];
}

/** The keys that a build of this selection would look up. */
async function keysOfSelection(
  request: NeededRequest & { readonly sources: Sources },
  variant: Variant,
  selection: BuildSelection,
  byKey: ReadonlyMap<string, Result>,
): Promise<readonly BuildKey[]> {
  const { workspaceRoot, settings, sources } = request;
  const plan = await readPlan({ ...selection, variant: variant.name, workspaceRoot, settings, sources });
  // Without the lab's repository no build on the lab has a cache hit.
  if (plan.packages.kind === 'missing') return [];
  const made = new Map<string, string>();
  const keys: BuildKey[] = [];
  for (const depBuilder of plan.depBuilders) {
    const key = depBuilderKey(plan, depBuilder);
    keys.push(key);
    const result = byKey.get(key);
    if (result !== undefined) made.set(depBuilder.variant, result.imageId);
  }
  // A build takes the dep-builders' images that `dist/` names; those of another release are built again first.
  const last = await readDepBuilderImages(plan, join(request.variantsDirectory, variant.name));
  for (const images of [made, last]) {
    const { checkpoint, rest, prefixes } = keysOf(plan, images);
    keys.push(rest, ...(checkpoint === undefined ? [] : [checkpoint]));
    // Only a failed build resumes from a prefix: with the whole part in the cache, none is needed.
    if (!byKey.has(rest)) keys.push(...prefixes.map(({ key }) => key));
  }
  return keys;
}
