import { join } from 'node:path';
import { cacheDirectory } from '@immutablue/oci';
import {
  buildDependencies,
  findParent,
  noteBuilt,
  packageMounts,
  removeAbandonedContainers,
  repositoryState,
  startHeartbeat,
  writeDependenciesRecord,
} from '@immutablue/stage-runner';
import { z } from 'zod';
import type { Command } from '../../shared/execute';
import { requireHostFor } from '../../shared/host';
import { planOfTask, variantsDirectoryOf } from '../../shared/plan';
import { selectionOptionsSchema } from '../../shared/task';

const schema = selectionOptionsSchema.extend({ clean: z.boolean().default(false) });

/** Runs a variant's dep-builders: the first build stage, in which its binaries are made. */
export const deps: Command<z.output<typeof schema>> = {
  schema,
  place: 'user-namespace',
  run: async (task, signal) => {
    const plan = await planOfTask(task);
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
        workspaceRoot: task.workspaceRoot,
        parent: await findParent(plan, { variantsDirectory, signal }),
        repositories: await repositoryState(plan, task.workspaceRoot),
        reuse: task.options.clean ? 'never' : 'by-key',
        onReused: ({ variant }) => {
          console.log(`[deps ${variant}] reused: nothing that it is made from or reads has changed`);
        },
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
