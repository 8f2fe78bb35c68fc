import { join } from 'node:path';
import { DiagnosticError } from '@immutablue/diagnostics';
import { toImageId, type ImageId, type StoredImage } from '@immutablue/oci';
import { architectureOf, UPSTREAM_PROFILES, type Family, type ImageSettings, type Variant } from '@immutablue/variant';
import { imageReference, type BuildPlan, type BuildSelection, type BuildKey } from '@immutablue/plan';
import { readImageRecord } from '../ledger/image-record';
import { codeDigest } from '../cache/code-digest';
import { readDependenciesRecord } from '../run/dependencies';
import { keysOf } from '../cache/keys';
import type { KeptRecord } from '../ledger/cache-entries';
import { repositoryState, type RepositoryState } from '../cache/repository-state';
import { dependencyKey } from '../cache/dep-builder-lookup';
import { readPlan } from '../workspace/read-plan';

export interface NeededRequest {
  readonly workspaceRoot: string;
  /** Absolute path of the folder that holds the variants' folders. */
  readonly variantsDirectory: string;
  readonly settings: ImageSettings;
  readonly family: Family;
  readonly records: readonly KeptRecord[];
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
 * the checkpoint and the dep-builders' images that a build would take again, the image that has the name, and what the
 * records in `dist/` name; with the images that all these were built on.
 *
 * @throws {DiagnosticError} when a plan cannot be made: nobody knows then what is needed.
 */
export async function neededImages(request: NeededRequest): Promise<Needed> {
  const images = new Set<ImageId>();
  const references = new Set<string>();
  const byKey = new Map(request.records.map(({ key, record }) => [key, record]));
  const code = codeDigest();
  for (const variant of request.family.variants) {
    for (const image of await imagesOfDist(join(request.variantsDirectory, variant.name))) images.add(image);
    const isRecorded = request.records.some(({ record }) => record.variant === variant.name);
    for (const selection of selectionsOf(variant, request.settings)) {
      references.add(imageReference(variant, request.settings, selection));
      if (!isRecorded) continue;
      for (const key of await keysOfSelection(request, variant, selection, byKey, code)) {
        const record = byKey.get(key);
        if (record === undefined) continue;
        images.add(toImageId(record.imageId)).add(toImageId(record.parent.imageId));
      }
    }
  }
  for (const { id, names } of request.images) {
    if (names.some((name) => references.has(name))) images.add(id);
  }
  return { images, references };
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
  const dependencies = await readDependenciesRecord(variantDirectory);
  return [
    ...dependencies.values(),
    ...(record === undefined ? [] : [toImageId(record.imageId), toImageId(record.parent.imageId)]),
  ];
}

/** The keys under which a build of this selection would look. */
async function keysOfSelection(
  request: NeededRequest,
  variant: Variant,
  selection: BuildSelection,
  byKey: ReadonlyMap<BuildKey, KeptRecord['record']>,
  code: string,
): Promise<readonly BuildKey[]> {
  const { workspaceRoot, settings } = request;
  const plan = await readPlan({ ...selection, variant: variant.name, workspaceRoot, settings });
  const repositories = await repositoriesIfThere(plan, workspaceRoot);
  if (repositories === undefined) return [];
  const made = new Map<string, ImageId>();
  const keys: BuildKey[] = [];
  for (const dependency of plan.dependencies) {
    const key = dependencyKey(plan, dependency, repositories, code);
    keys.push(key);
    const record = byKey.get(key);
    if (record !== undefined) made.set(dependency.variant, toImageId(record.imageId));
  }
  // A build takes what `dist/` names; when that was for another release, it is made anew first.
  const last = await readDependenciesRecord(join(request.variantsDirectory, variant.name));
  for (const dependencies of [made, last]) {
    const { checkpoint, image, beginnings } = keysOf(plan, { dependencies, repositories, codeDigest: code });
    keys.push(image, ...(checkpoint === undefined ? [] : [checkpoint]));
    // A beginning is what a build that has failed goes on from; when the whole is there, nothing does.
    if (!byKey.has(image)) keys.push(...beginnings.map(({ key }) => key));
  }
  return keys;
}

/** Without the lab's repository no build on the lab takes anything again. */
async function repositoriesIfThere(plan: BuildPlan, workspaceRoot: string): Promise<RepositoryState | undefined> {
  try {
    return await repositoryState(plan, workspaceRoot);
  } catch (error) {
    if (error instanceof DiagnosticError && error.diagnostics[0].code === 'lab/incomplete') return undefined;
    throw error;
  }
}
