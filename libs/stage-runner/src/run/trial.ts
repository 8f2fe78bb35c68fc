import { ownedName, removeOrphans, storeLock, takeLocks } from '@immutablue/oci';
import type { BuildPlan } from '@immutablue/plan';
import { findDepBuilderImages } from '../cache/dep-builder-images';
import { findParent } from '../cache/parent';
import { createPackageCache } from '../package-cache/package-cache';
import { IMAGES_REMOVED, METADATA_WRITTEN, waitFor, type BuildEvent } from '../report/event';
import type { OpenSecrets } from '../secrets/open-secrets';
import { openBuildRoot } from './build-root';
import type { RunContext } from './context';
import { takeSnapshot } from './snapshot';

export interface TrialRequest {
  readonly plan: BuildPlan;
  readonly workspaceRoot: string;
  /** Absolute path of the folder that holds the variants' folders. */
  readonly variantsDirectory: string;
  /** The values of the secrets that the build would be given. */
  readonly secrets: OpenSecrets;
  readonly signal: AbortSignal;
  readonly emit: (event: BuildEvent) => void;
}

/**
 * Steps in a working container as a build would have it, which is removed after `use`: no image is made of it. Nothing is removed
 * from the store meanwhile.
 *
 * @throws {DiagnosticError} when the parent, or what a dep-builder made, is not there.
 */
export async function withTrial(
  purpose: 'lock' | 'reads' | 'check',
  request: TrialRequest,
  use: (context: Omit<RunContext, 'stage'>) => Promise<void>,
): Promise<void> {
  const { emit, signal } = request;
  const locks = await takeLocks([await storeLock('shared', { signal, onWait: waitFor(emit, IMAGES_REMOVED) })]);
  try {
    await removeOrphans();
    await tryIn(purpose, request, use);
  } finally {
    await locks.release();
  }
}

async function tryIn(
  purpose: string,
  request: TrialRequest,
  use: (context: Omit<RunContext, 'stage'>) => Promise<void>,
): Promise<void> {
  const { plan, signal } = request;
  const parent = await findParent(plan, request);
  const depBuilderImages = await findDepBuilderImages(plan, request.variantsDirectory);
  const name = await ownedName(`${purpose}-${plan.variant}`);
  const snapshot = await takeSnapshot(name, { stages: plan.stages });
  const packages = createPackageCache(`${purpose}-${plan.variant}`, plan, waitFor(request.emit, METADATA_WRITTEN));
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
