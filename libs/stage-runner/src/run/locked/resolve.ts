import { cacheDirectory, type ImageDetails } from '@immutablue/oci';
import { byName, type LockedList, type LockedTransaction, type LockSection } from '@immutablue/variant';
import { createPackageCache } from '../../package-cache/package-cache';
import { type BuildPlan, type Step, type TransactionStep, rpmStore } from '@immutablue/plan';
import type { BuildEvent } from '../../report/event';
import { findDependencies } from '../../cache/keys';
import { containerName, removeOrphans } from '../containers';
import { inContainer, type StepContext } from '../context';
import { findParent } from '../parent';
import { runStep } from '../steps';
import { openContainer } from '../build-root/container';
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
  const last = steps.findLastIndex(({ step }) => isInstallation(step));
  const lists = new Map<LockedList, LockedTransaction>();
  await withContext(request, parent, async (context) => {
    for (const [index, { stage, step }] of steps.slice(0, last + 1).entries()) {
      request.signal.throwIfAborted();
      const here = { ...context, stage };
      if (isInstallation(step)) {
        request.emit({ kind: 'step-started', stage, purpose: `resolve: ${step.purpose}` });
        const packages = await context.packages.use(step.mounts, (mounts) =>
          resolveTransaction(inContainer(here), { ...step, mounts }, rpmStore({ cacheDirectory: cacheDirectory() })),
        );
        const requested = step.installs.requested.map(({ value, location }) => ({ value, location }));
        lists.set(step.installs.list, { requested, packages: packages.toSorted(byName) });
      }
      // What it leaves, repositories for example, decides what the next one finds.
      if (index < last) {
        request.emit({ kind: 'step-started', stage, purpose: step.purpose });
        await runStep(here, step);
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

type Installation = TransactionStep & Required<Pick<TransactionStep, 'installs'>>;

function isInstallation(step: Step): step is Installation {
  return step.kind === 'transaction' && step.installs !== undefined;
}

/** A working container as a build would have it, for as long as `use` takes. */
async function withContext(
  request: LockRequest,
  parent: ImageDetails,
  use: (context: Omit<StepContext, 'stage'>) => Promise<void>,
): Promise<void> {
  const { plan, signal } = request;
  const dependencies = await findDependencies(request);
  await removeOrphans();
  const buildRoot = await openContainer({
    name: await containerName(`lock-${plan.variant}`),
    from: parent.id,
    parent,
    // Nothing is committed.
    stages: [],
    labels: {},
    signal,
  });
  const packages = createPackageCache(`lock-${plan.variant}`, plan);
  try {
    await use({ ...request, buildRoot, packages, parent, dependencies, packagesLayers: [] });
  } finally {
    try {
      await buildRoot.remove();
    } finally {
      await packages.close();
    }
  }
}
