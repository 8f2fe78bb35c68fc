import { join } from 'node:path';
import {
  buildDependencies,
  createPackageCache,
  findParent,
  noteBuilt,
  packageMounts,
  removeAbandonedContainers,
  startHeartbeat,
  writeDependenciesRecord,
} from '@immutablue/stage-runner';
import type { z } from 'zod';
import type { Command } from '../../shared/execute';
import { requireHostFor } from '../../shared/host';
import { planOfTask, variantsDirectoryOf } from '../../shared/plan';
import { selectionOptionsSchema } from '../../shared/task';

/** Runs a variant's dep-builders: the first build stage, in which its binaries are made. */
export const deps: Command<z.output<typeof selectionOptionsSchema>> = {
  schema: selectionOptionsSchema,
  place: 'user-namespace',
  run: async (task, signal) => {
    const plan = await planOfTask(task);
    await requireHostFor(plan);
    const variantsDirectory = variantsDirectoryOf(task);
    const heartbeat = startHeartbeat((seconds) => {
      console.log(`[deps] still running after ${seconds} s`);
    });
    const packages = createPackageCache(`${plan.variant}-deps`, plan);
    try {
      for (const name of await removeAbandonedContainers()) {
        console.log(`[deps] removed ${name}, which an earlier build left behind`);
      }
      const parent = await findParent(plan, { variantsDirectory, signal });
      const planned = packageMounts({ upstream: plan.upstream, workspaceRoot: task.workspaceRoot });
      const images = await packages.use(planned, (mounts) =>
        buildDependencies(plan, {
          parent,
          mounts,
          signal,
          onLine: (dependency, line) => {
            heartbeat.beat();
            console.log(`[deps ${dependency.variant}] ${line}`);
          },
        }),
      );
      await writeDependenciesRecord(join(variantsDirectory, plan.variant), images);
      for (const image of images.values()) await noteBuilt(task.workspaceRoot, plan.variant, image);
    } finally {
      heartbeat.stop();
      await packages.close();
    }
  },
};
