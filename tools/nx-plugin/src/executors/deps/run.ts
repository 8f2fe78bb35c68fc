import { join } from 'node:path';
import { imagesIfAny, storeLock, takeLocks, removeOrphans } from '@immutablue/oci';
import {
  buildDepBuilders,
  createPackageCache,
  createReporter,
  findKnownParent,
  IMAGES_REMOVED,
  METADATA_WRITTEN,
  openLedger,
  waitFor,
  writeDepBuildersRecord,
} from '@immutablue/stage-runner';
import type { Run } from '../../shared/command';
import { planForHost } from '../../shared/host';
import { variantsDirectoryOf, withTaskSecrets } from '../../shared/plan';
import { outputDetail } from '../../shared/output-detail';
import { withRemoteCache, wordsIn } from '../../shared/remote-cache';
import { depBuilderInputs } from '../../tasks/image-inputs';
import { recordTask } from '../../tasks/record-task';
import type { deps } from './definition';

/** Runs a variant's dep-builders: the first build stage, in which its binaries are made. */
export const run: Run<typeof deps> = async (task, signal) => {
  const { workspaceRoot } = task;
  const plan = await planForHost(task, 'ignore');
  const variantsDirectory = variantsDirectoryOf(task);
  const variantDirectory = join(variantsDirectory, plan.variant);
  const reporter = createReporter({ workspaceRoot, variantDirectory, log: 'deps.log', detail: outputDetail() });
  const emit = reporter.report;
  const packages = createPackageCache(`${plan.variant}-deps`, plan, waitFor(emit, METADATA_WRITTEN));
  const store = await takeLocks([await storeLock('shared', { signal, onWait: waitFor(emit, IMAGES_REMOVED) })]);
  try {
    for (const name of await removeOrphans()) {
      emit({ kind: 'waiting', message: `removed ${name}, which an earlier build left behind` });
    }
    await withTaskSecrets(task, plan, async (secrets) => {
      const words = { ...wordsIn(emit), hits: task.hits, use: 'write' } as const;
      const images = await withRemoteCache(task, words, signal, async (remote) => {
        const ledger = openLedger(workspaceRoot);
        return buildDepBuilders({
          secrets,
          plan,
          workspaceRoot,
          parent: await findKnownParent(plan, { variantsDirectory, signal }, { ledger, remote }),
          reuse: task.options.clean ? 'never' : 'by-key',
          remote,
          packages,
          signal,
          emit,
        });
      });
      await writeDepBuildersRecord(variantDirectory, plan.depBuilders, images);
      const inputs = await depBuilderInputs(plan, { variantsDirectory, images: await imagesIfAny() });
      await recordTask(workspaceRoot, inputs, { images: [...images.values()] });
    });
  } finally {
    await reporter.close();
    await packages.close();
    await store.release();
  }
};
