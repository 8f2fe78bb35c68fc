import type { ImageDetails } from '@immutablue/oci';
import { kindOf, type BuildPlan } from '@immutablue/plan';
import { byName, type LockedList, type LockedTransaction, type LockSection } from '@immutablue/variant';
import { findDepBuilderImages } from '../../cache/dep-builder-images';
import { findParent } from '../../cache/parent';
import { createPackageCache } from '../../package-cache/package-cache';
import type { BuildEvent } from '../../report/event';
import { openBuildRoot } from '../build-root';
import { hostMounts } from '../command';
import { containerName, removeOrphans } from '../containers';
import type { RunContext } from '../context';
import { runtimeOf } from '../runtime';
import { takeSnapshot } from '../snapshot';
import { resolveTransaction } from './resolve-transaction';

export interface LockRequest {
  /** A plan that follows the repositories. */
  readonly plan: BuildPlan;
  readonly workspaceRoot: string;
  /** Absolute path of the folder that holds the variants' folders. */
  readonly variantsDirectory: string;
  /** The file that the section is for. */
  readonly file: string;
  readonly signal: AbortSignal;
  readonly emit: (event: BuildEvent) => void;
}

/**
 * What a build would install now: its own package manager is asked, in a container of its parent in which everything has
 * happened that comes before each transaction. Nothing is kept but the RPMs, for the builds to come.
 *
 * @throws {DiagnosticError} whatever the build would fail with up to that point.
 */
export async function resolveLock(request: LockRequest): Promise<LockSection> {
  const { plan } = request;
  const parent = await findParent(plan, request);
  const steps = plan.stages.flatMap(({ name, steps }) => steps.map((step) => ({ stage: name, step })));
  const last = steps.findLastIndex(({ step }) => step.kind === 'install');
  const lists = new Map<LockedList, LockedTransaction>();
  await withContext(request, parent, async (context) => {
    for (const [index, { stage, step }] of steps.slice(0, last + 1).entries()) {
      request.signal.throwIfAborted();
      const here: RunContext = { ...context, stage };
      const kind = kindOf(step);
      const purpose = kind.purpose(step);
      if (step.kind === 'install') {
        request.emit({ kind: 'step-started', stage, purpose: `resolve: ${purpose}` });
        const packages = await context.packages.use(hostMounts(here, ['packages']), (mounts) =>
          resolveTransaction(here, step, mounts),
        );
        const requested = step.requested.map(({ value, location }) => ({ value, location }));
        lists.set(step.list, { requested, packages: packages.toSorted(byName) });
      }
      // What it leaves, repositories for example, decides what the next one finds.
      if (index < last) {
        request.emit({ kind: 'step-started', stage, purpose });
        await kind.run(step, runtimeOf(here, nothingToCommit));
      }
    }
  });
  const nothing: LockedTransaction = { requested: [], packages: [] };
  return {
    file: request.file,
    upstream: plan.upstream,
    release: plan.release,
    architecture: plan.architecture,
    location: { file: request.file, line: 1, column: 1 },
    lists: {
      rpm_url: lists.get('rpm_url') ?? nothing,
      rpm: lists.get('rpm') ?? nothing,
      rpm_post_url: lists.get('rpm_post_url') ?? nothing,
    },
  };
}

/** No step before the last installation commits. */
function nothingToCommit(): Promise<void> {
  throw new Error('a lock is resolved before anything is committed');
}

/** A working container as a build would have it, for as long as `use` takes. */
async function withContext(
  request: LockRequest,
  parent: ImageDetails,
  use: (context: Omit<RunContext, 'stage'>) => Promise<void>,
): Promise<void> {
  const { plan, signal } = request;
  const depBuilderImages = await findDepBuilderImages(plan, request.variantsDirectory);
  await removeOrphans();
  const name = await containerName(`lock-${plan.variant}`);
  const snapshot = await takeSnapshot(name, { stages: plan.stages });
  const packages = createPackageCache(`lock-${plan.variant}`, plan);
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
