import { kindOf } from '@immutablue/plan';
import { byName, type LockedList, type LockedTransaction, type LockSection } from '@immutablue/variant';
import { hostMounts } from '../command';
import type { RunContext } from '../context';
import { runtimeOf } from '../runtime';
import { withTrial, type TrialRequest } from '../trial';
import { resolveTransaction } from './resolve-transaction';

/** Its plan follows the repositories. */
export interface LockRequest extends TrialRequest {
  /** The file that the section is for. */
  readonly file: string;
}

/**
 * What a build would install now: its own package manager is asked, in a container of its parent in which everything has
 * happened that comes before each transaction. Nothing is kept but the RPMs, for the builds to come.
 *
 * @throws {DiagnosticError} whatever the build would fail with up to that point.
 */
export async function resolveLock(request: LockRequest): Promise<LockSection> {
  const { plan } = request;
  const steps = plan.stages.flatMap(({ name, steps }) => steps.map((step) => ({ stage: name, step })));
  const last = steps.findLastIndex(({ step }) => step.kind === 'install');
  const lists = new Map<LockedList, LockedTransaction>();
  await withTrial('lock', request, async (context) => {
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
