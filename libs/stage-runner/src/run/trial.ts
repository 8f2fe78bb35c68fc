import type { ImageDetails } from '@immutablue/oci';
import type { BuildPlan } from '@immutablue/plan';
import { findDepBuilderImages } from '../cache/dep-builder-images';
import { createPackageCache } from '../package-cache/package-cache';
import type { BuildEvent } from '../report/event';
import { openBuildRoot } from './build-root';
import { containerName, removeOrphans } from './containers';
import type { RunContext } from './context';
import { takeSnapshot } from './snapshot';

export interface TrialRequest {
  readonly plan: BuildPlan;
  readonly workspaceRoot: string;
  /** Absolute path of the folder that holds the variants' folders. */
  readonly variantsDirectory: string;
  readonly signal: AbortSignal;
  readonly emit: (event: BuildEvent) => void;
}

/** Steps in a working container as a build would have it, which is removed after `use`: no image is made of it. */
export async function withTrial(
  purpose: 'lock' | 'reads',
  request: TrialRequest,
  parent: ImageDetails,
  use: (context: Omit<RunContext, 'stage'>) => Promise<void>,
): Promise<void> {
  const { plan, signal } = request;
  const depBuilderImages = await findDepBuilderImages(plan, request.variantsDirectory);
  await removeOrphans();
  const name = await containerName(`${purpose}-${plan.variant}`);
  const snapshot = await takeSnapshot(name, { stages: plan.stages });
  const packages = createPackageCache(`${purpose}-${plan.variant}`, plan);
  try {
    const buildRoot = await openBuildRoot({ name, from: parent.id, parent, signal });
    try {
      await use({ ...request, ...buildRoot, packages, parent, depBuilderImages, packagesLayers: [], snapshot });
    } finally {
      await buildRoot.remove();
    }
  } finally {
    await snapshot.remove();
    await packages.close();
  }
}
