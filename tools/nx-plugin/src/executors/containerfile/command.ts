import { join, resolve } from 'node:path';
import { renderArgv } from '@immutablue/oci';
import { exportCommand, writeContainerfile } from '@immutablue/containerfile';
import * as z from 'zod';
import type { Command } from '../../shared/execute';
import { planOfTask, variantsDirectoryOf } from '../../shared/plan';
import { selectionOptionsSchema } from '../../shared/task';

const schema = selectionOptionsSchema.extend({ output: z.string().min(1).optional() });

/** Writes how an image is built as a Containerfile, and prints the command that builds it without this workspace. */
export const containerfile: Command<z.output<typeof schema>> = {
  schema,
  place: 'anywhere',
  run: async (task) => {
    const { workspaceRoot, options } = task;
    const plan = await planOfTask(task);
    const output =
      options.output === undefined
        ? join(variantsDirectoryOf(task), plan.variant, 'dist', 'containerfile')
        : resolve(workspaceRoot, options.output);
    const written = await writeContainerfile(plan, { workspaceRoot, output });
    console.log(`wrote ${written.containerfile}`);
    if (written.parent === undefined) {
      console.log(`${plan.parent.reference} is not on this machine: the image will have the date of its build`);
    }
    console.log('build it with this, or with podman in place of buildah:');
    console.log(`$ ${renderArgv(exportCommand(plan, written))}`);
  },
};
