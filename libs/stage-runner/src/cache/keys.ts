import { join } from 'node:path';
import { requireImage, type ImageDetails, type ImageId } from '@immutablue/oci';
import {
  type BuildPlan,
  prefixesOf,
  type StagePrefix,
  partKey,
  partsOf,
  type BuildKey,
  type Part,
  type Parts,
} from '@immutablue/plan';
import type { BuildRequest } from '../run/build';
import { readDependenciesRecord } from '../run/dependencies';
import { findParent } from '../run/parent';
import { repositoryState, type RepositoryState } from './repository-state';

/** What a build works with besides its plan, looked up anew for each build. */
export interface BuildInputs {
  readonly parent: ImageDetails;
  /** The dep-builders' images by variant. */
  readonly dependencies: ReadonlyMap<string, ImageId>;
  readonly repositories: RepositoryState;
  readonly codeDigest: string;
}

/** The parts of a build with their keys. */
export interface Keys {
  readonly segments: Parts;
  readonly checkpoint?: BuildKey;
  readonly image: BuildKey;
  /** Of each part, the longest first. */
  readonly beginnings: readonly KeyedPrefix[];
}

/** A beginning of a part, and the key under which it is kept. */
export interface KeyedPrefix extends StagePrefix {
  readonly key: BuildKey;
}

/**
 * @param code the digest over the code that builds; see codeDigest.
 * @throws {DiagnosticError} when the parent or what a dep-builder made is not there.
 */
export async function readInputs(
  request: Pick<BuildRequest, 'plan' | 'workspaceRoot' | 'variantsDirectory' | 'signal'>,
  code: string,
): Promise<BuildInputs> {
  const [parent, dependencies, repositories] = await Promise.all([
    findParent(request.plan, request),
    findDependencies(request),
    repositoryState(request.plan, request.workspaceRoot),
  ]);
  return { parent, dependencies, repositories, codeDigest: code };
}

/** The keys of a plan's segments. Pure. */
export function keysOf(
  plan: BuildPlan,
  inputs: Pick<BuildInputs, 'dependencies' | 'repositories' | 'codeDigest'>,
): Keys {
  const segments = partsOf(plan);
  const common = {
    reference: plan.reference,
    dependencyImageIds: [...inputs.dependencies.values()],
    repositoryState: inputs.repositories.state,
    codeDigest: inputs.codeDigest,
  };
  const keysIn = (segment: Part, before?: BuildKey): PartKeys => {
    const after = { ...common, ...(before === undefined ? {} : { before }) };
    return {
      whole: partKey({ ...after, segment, extent: 'whole' }),
      beginnings: prefixesOf(segment).map((beginning) => ({
        ...beginning,
        key: partKey({ ...after, segment: beginning.segment, extent: 'beginning' }),
      })),
    };
  };
  if (segments.checkpoint === undefined) {
    const { whole, beginnings } = keysIn(segments.image);
    return { segments, image: whole, beginnings };
  }
  const checkpoint = keysIn(segments.checkpoint);
  const image = keysIn(segments.image, checkpoint.whole);
  return {
    segments,
    checkpoint: checkpoint.whole,
    image: image.whole,
    beginnings: [...image.beginnings, ...checkpoint.beginnings],
  };
}

interface PartKeys {
  readonly whole: BuildKey;
  readonly beginnings: readonly KeyedPrefix[];
}

/** The images of the dep-builders. @throws {DiagnosticError} `oci/image-not-found` when one is not there. */
export async function findDependencies(
  request: Pick<BuildRequest, 'plan' | 'variantsDirectory'>,
): Promise<ReadonlyMap<string, ImageId>> {
  const { plan } = request;
  if (plan.dependencies.length === 0) return new Map();
  const images = await readDependenciesRecord(join(request.variantsDirectory, plan.variant));
  const hint = `build it: \`npx nx deps ${plan.variant}\``;
  for (const { variant, reference } of plan.dependencies) {
    await requireImage(images.get(variant) ?? reference, hint);
  }
  return images;
}
