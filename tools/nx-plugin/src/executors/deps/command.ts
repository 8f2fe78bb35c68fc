import { join } from 'node:path';
import { cacheDirectory } from '@immutablue/oci';
import {
  buildDependencies,
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
    const plan = await planOfTask(task, 'ignore');
    await requireHostFor(plan);
    const variantsDirectory = variantsDirectoryOf(task);
    const heartbeat = startHeartbeat((seconds) => {
      console.log(`[deps] still running after ${seconds} s`);
    });
    try {
      for (const name of await removeAbandonedContainers()) {
        console.log(`[deps] removed ${name}, which an earlier build left behind`);
      }
      const images = await buildDependencies(plan, {
        parent: await findParent(plan, { variantsDirectory, signal }),
        mounts: packageMounts({ ...plan, workspaceRoot: task.workspaceRoot, cacheDirectory: cacheDirectory() }),
        signal,
        onLine: (dependency, line) => {
          heartbeat.beat();
          console.log(`[deps ${dependency.variant}] ${line}`);
        },
      });
      await writeDependenciesRecord(join(variantsDirectory, plan.variant), images);
      for (const image of images.values()) await noteBuilt(task.workspaceRoot, plan.variant, image);
    } finally {
      heartbeat.stop();
    }
  },
};
