import { join } from 'node:path';
import { isLocal, parseReference, type StoredImage } from '@immutablue/oci';
import { asksRepositories, depBuilderKey, keysOf, partsIn, type BuildKey, type BuildPlan } from '@immutablue/plan';
import { findDeferredUpstream, openLedger, readDepBuilderImages, readImageRecord } from '@immutablue/stage-runner';
import { ociArchitecture } from '@immutablue/variant';
import { workspaceRoot } from 'nx/src/utils/workspace-root';
import { taskInputs, type TaskInputs } from './hash';
import { installedVersions } from './installed';

/** What decides the result of a task that makes images. */
export interface ImageInputs {
  readonly inputs: TaskInputs;
  /** Whether `inputs` says everything: only then can what was made for the same ones stand for this task. */
  readonly isFixed: boolean;
  /** Of each image that the task leaves, in their order: what it is kept under. */
  readonly keys: readonly BuildKey[];
}

/** What of the machine decides it beside the plan. */
export interface Surroundings {
  readonly variantsDirectory: string;
  readonly images: readonly StoredImage[];
}

/** Of a variant's image: the keys of its plan, the image that it stands on, and what its dep-builders have made. */
export async function buildInputs(plan: BuildPlan, surroundings: Surroundings): Promise<ImageInputs> {
  const parent = await parentImage(plan, surroundings);
  const recorded = await readDepBuilderImages(plan, join(surroundings.variantsDirectory, plan.variant));
  const made = plan.depBuilders.map(({ variant }) => [variant, recorded.get(variant) ?? ''] as const);
  const keys = keysOf(plan, new Map(made));
  const asks = partsIn(keys.parts).some(asksRepositories);
  return {
    inputs: taskInputs('build', keys.rest, parent ?? '', made, await installedVersions()),
    isFixed: parent !== undefined && isFixedParent(plan) && (!asks || plan.packages.kind === 'fixed'),
    keys: [keys.rest],
  };
}

/** Of what a variant's dep-builders make. */
export async function depBuilderInputs(plan: BuildPlan, surroundings: Surroundings): Promise<ImageInputs> {
  const parent = await parentImage(plan, surroundings);
  const keys = plan.depBuilders.map((depBuilder) => depBuilderKey(plan, depBuilder));
  return {
    inputs: taskInputs('deps', keys, parent ?? '', await installedVersions()),
    isFixed: parent !== undefined && isFixedParent(plan) && plan.repositories.kind === 'fixed',
    keys,
  };
}

/** The image that a plan stands on, by its ID; undefined when it is not there. */
async function parentImage({ parent, architecture }: BuildPlan, { variantsDirectory, images }: Surroundings) {
  if (parent.kind === 'variant') return (await readImageRecord(join(variantsDirectory, parent.variant)))?.imageId;
  return (
    images.find(({ names }) => names.includes(parent.reference))?.id ??
    (await findDeferredUpstream(openLedger(workspaceRoot), parent.reference, ociArchitecture(architecture)))
  );
}

/** An image of a registry can be another one under the same name at any time, unless it is named by its digest. */
function isFixedParent({ parent }: BuildPlan): boolean {
  if (parent.kind === 'variant') return true;
  const reference = parseReference(parent.reference);
  return reference !== undefined && (isLocal(reference) || reference.digest !== undefined);
}
