import { join } from 'node:path';
import { print, startHeartbeat, visibleOutput } from '@immutablue/diagnostics';
import { imagesIfAny, storeLock, takeLocks, removeOrphans } from '@immutablue/oci';
import { buildDepBuilders, createPackageCache, findParent, writeDepBuildersRecord } from '@immutablue/stage-runner';
import type { Run } from '../../shared/command';
import { planForHost } from '../../shared/host';
import { variantsDirectoryOf, withTaskSecrets } from '../../shared/plan';
import { depBuilderInputs } from '../../tasks/image-inputs';
import { recordTask } from '../../tasks/record-task';
import type { deps } from './definition';

/** Runs a variant's dep-builders: the first build stage, in which its binaries are made. */
export const run: Run<typeof deps> = async (task, signal) => {
  const plan = await planForHost(task, 'ignore');
  const variantsDirectory = variantsDirectoryOf(task);
  const packages = createPackageCache(`${plan.variant}-deps`, plan);
  const heartbeat = startHeartbeat((seconds) => {
    print(`[deps] still running after ${seconds} s`);
  });
  const onWait = (holder: string) => {
    print(`[deps] old images are being removed by ${holder}: waiting for it`);
  };
  const store = await takeLocks([storeLock('shared', { signal, onWait })]);
  try {
    for (const name of await removeOrphans()) {
      print(`[deps] removed ${name}, which an earlier build left behind`);
    }
    await withTaskSecrets(task, plan, async (secrets) => {
      const images = await buildDepBuilders({
        secrets,
        plan,
        workspaceRoot: task.workspaceRoot,
        parent: await findParent(plan, { variantsDirectory, signal }),
        reuse: task.options.clean ? 'never' : 'by-key',
        onReused: ({ variant }) => {
          print(`[deps ${variant}] cached`);
        },
        packages,
        signal,
        onLine: ({ variant }, line) => {
          heartbeat.beat();
          print(`[deps ${variant}] ${visibleOutput(line)}`);
        },
      });
      await writeDepBuildersRecord(join(variantsDirectory, plan.variant), plan.depBuilders, images);
      const inputs = await depBuilderInputs(plan, { variantsDirectory, images: await imagesIfAny() });
      await recordTask(task.workspaceRoot, inputs, { images: [...images.values()] });
    });
  } finally {
    heartbeat.stop();
    await packages.close();
    await store.release();
  }
};
