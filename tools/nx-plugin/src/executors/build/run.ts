import { join } from 'node:path';
import { imagesIfAny, toImageId } from '@immutablue/oci';
import { buildImage, combineReporters, createFileReporters, createReporter } from '@immutablue/stage-runner';
import type { Run } from '../../shared/command';
import { planForHost } from '../../shared/host';
import { variantsDirectoryOf, withTaskSecrets } from '../../shared/plan';
import { taskOutput } from '../../shared/terminal';
import { buildInputs } from '../../tasks/image-inputs';
import { recordTask } from '../../tasks/record-task';
import type { build } from './definition';

/** Builds a variant's image. */
export const run: Run<typeof build> = async (task, signal) => {
  const plan = await planForHost(task);
  const variantsDirectory = variantsDirectoryOf(task);
  const reporter = combineReporters([
    createReporter({ stream: taskOutput, environment: process.env }),
    ...createFileReporters(join(variantsDirectory, plan.variant)),
  ]);
  try {
    await withTaskSecrets(task, plan, async (secrets) => {
      const { imageId } = await buildImage({
        secrets,
        plan,
        workspaceRoot: task.workspaceRoot,
        variantsDirectory,
        reuse: task.options.clean ? 'never' : 'by-key',
        onFailure: task.options.onFailure,
        signal,
        emit: reporter.report,
      });
      const inputs = await buildInputs(plan, { variantsDirectory, images: await imagesIfAny() });
      await recordTask(task.workspaceRoot, inputs, { images: [toImageId(imageId)], reference: plan.reference });
    });
  } finally {
    await reporter.close();
  }
};
