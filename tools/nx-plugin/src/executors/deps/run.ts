import { join } from 'node:path';
import { storeLock, takeLocks } from '@immutablue/oci';
import {
  buildDependencies,
  createPackageCache,
  findParent,
  removeOrphans,
  openRepositoryState,
  startHeartbeat,
  writeDependenciesRecord,
} from '@immutablue/stage-runner';
import type { Run } from '../../shared/command';
import { planForHost } from '../../shared/host';
import { variantsDirectoryOf } from '../../shared/plan';
import { noteTask } from '../../tasks/notes';
import type { deps } from './definition';

/** Runs a variant's dep-builders: the first build stage, in which its binaries are made. */
export const run: Run<typeof deps> = async (task, signal) => {
  const plan = await planForHost(task, 'ignore');
  const variantsDirectory = variantsDirectoryOf(task);
  const packages = createPackageCache(`${plan.variant}-deps`, plan);
  const heartbeat = startHeartbeat((seconds) => {
    console.log(`[deps] still running after ${seconds} s`);
  });
  const onWait = (holder: string) => {
    console.log(`[deps] old images are being removed by ${holder}: waiting for it`);
  };
  const store = await takeLocks([storeLock('shared', { signal, onWait })]);
  try {
    for (const name of await removeOrphans()) {
      console.log(`[deps] removed ${name}, which an earlier build left behind`);
    }
    const images = await buildDependencies(plan, {
      workspaceRoot: task.workspaceRoot,
      parent: await findParent(plan, { variantsDirectory, signal }),
      repositories: await openRepositoryState(plan, task.workspaceRoot),
      reuse: task.options.clean ? 'never' : 'by-key',
      onReused: ({ variant }) => {
        console.log(`[deps ${variant}] reused: nothing that it is made from or reads has changed`);
      },
      packages,
      signal,
      onLine: (dependency, line) => {
        heartbeat.beat();
        console.log(`[deps ${dependency.variant}] ${line}`);
      },
    });
    await writeDependenciesRecord(join(variantsDirectory, plan.variant), images);
    await noteTask(task.workspaceRoot, { images: [...images.values()] });
  } finally {
    heartbeat.stop();
    await packages.close();
    await store.release();
  }
};
