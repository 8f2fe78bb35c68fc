import { findImage, toDigest, toImageId, type ImageDetails, type ImageId } from '@immutablue/oci';
import {
  type BuildPlan,
  type DependencyBuild,
  keyOf,
  type BuildKey,
  PACKAGE_READS,
  trees,
  union,
} from '@immutablue/plan';
import { findConflict } from './conflict';
import { codeDigest } from './code-digest';
import { tryChangesBetween } from './parent-changes';
import { readBuildRecord, touchBuildRecord, writeBuildRecord } from '../ledger/cache-entries';
import type { RepositoryState } from './repository-state';

export interface DependencyContext {
  readonly workspaceRoot: string;
  readonly parent: ImageDetails;
  readonly repositories: RepositoryState;
}

/** The key of a dep-builder: what it is made from, its parent left out. Pure. */
export function dependencyKey(
  plan: BuildPlan,
  dependency: DependencyBuild,
  repositories: RepositoryState,
  code: string,
): BuildKey {
  return keyOf(
    JSON.stringify({
      kind: 'dependencies',
      // Each variant and release has its own, which stay side by side.
      reference: dependency.reference,
      // The Containerfile and what it copies.
      content: dependency.contentKey,
      // Settings of packages.yaml reach it as build arguments.
      arguments: plan.buildArguments,
      architecture: plan.architecture,
      // It installs packages, too.
      repositories: repositories.state,
      code,
    }),
  );
}

/**
 * What a dep-builder made before, if that would be made again. It runs in the image that the variant stands on and leaves
 * nothing there: a change of that image counts only where the dep-builder reads.
 */
export function reusableDependency(plan: BuildPlan, dependency: DependencyBuild, context: DependencyContext) {
  const key = () => dependencyKey(plan, dependency, context.repositories, codeDigest());
  return {
    /** @returns the image, or undefined when it has to be made. */
    find: async (): Promise<ImageId | undefined> => {
      if (!context.repositories.isFixed) return undefined;
      const record = await readBuildRecord(context.workspaceRoot, key());
      if (record === undefined || (await findImage(record.imageId)) === undefined) return undefined;
      if (record.parent.imageId !== context.parent.id) {
        const changes = await tryChangesBetween(record.parent.layers.map(toDigest), context.parent.layers);
        const reads = union(dependency.reads, trees(PACKAGE_READS));
        if (changes === undefined || findConflict(changes, reads, []) !== undefined) return undefined;
      }
      await touchBuildRecord(context.workspaceRoot, key());
      return toImageId(record.imageId);
    },
    note: async (imageId: ImageId): Promise<void> => {
      const { parent } = context;
      await writeBuildRecord(context.workspaceRoot, key(), {
        kind: 'dependencies',
        variant: plan.variant,
        imageId,
        parent: { imageId: parent.id, layers: [...parent.layers] },
        ownLayers: [],
      });
    },
  };
}
