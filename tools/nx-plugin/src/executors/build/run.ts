import { join } from 'node:path';
import { imagesIfAny, toImageId } from '@immutablue/oci';
import { buildImage, createReporter, withTimings } from '@immutablue/stage-runner';
import type { Run } from '../../shared/command';
import { planForHost } from '../../shared/host';
import { variantsDirectoryOf, withTaskSecrets } from '../../shared/plan';
import { outputDetail } from '../../shared/output-detail';
import { withRemoteCache, wordsIn } from '../../shared/remote-cache';
import { buildInputs } from '../../tasks/image-inputs';
import { recordTask } from '../../tasks/record-task';
import type { build } from './definition';

/** Builds a variant's image. */
export const run: Run<typeof build> = async (task, signal) => {
  const plan = await planForHost(task);
  const variantsDirectory = variantsDirectoryOf(task);
  const { workspaceRoot } = task;
  const variantDirectory = join(variantsDirectory, plan.variant);
  const reporter = withTimings(
    createReporter({ workspaceRoot, variantDirectory, log: 'build.log', detail: outputDetail() }),
    variantDirectory,
  );
  try {
    await withTaskSecrets(task, plan, async (secrets) => {
      const { imageId } = await withRemoteCache(
        task,
        { ...wordsIn(reporter.report), hits: task.hits, use: 'write' } as const,
        signal,
        (remote) =>
          buildImage({
            secrets,
            plan,
            workspaceRoot,
            variantsDirectory,
            reuse: task.options.clean ? 'never' : 'by-key',
            remote,
            onFailure: task.options.onFailure,
            signal,
            emit: reporter.report,
          }),
      );
      const inputs = await buildInputs(plan, { variantsDirectory, images: await imagesIfAny() });
      await recordTask(workspaceRoot, inputs, { images: [toImageId(imageId)], reference: plan.reference });
    });
  } finally {
    await reporter.close();
  }
};
