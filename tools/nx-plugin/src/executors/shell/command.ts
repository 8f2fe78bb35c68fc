import { join } from 'node:path';
import { createContainer, removeContainer, requireImage, runArgv, runInteractive } from '@immutablue/oci';
import { containerName, retag } from '@immutablue/stage-runner';
import type * as z from 'zod';
import type { Command } from '../../shared/execute';
import { planForHost } from '../../shared/host';
import { variantsDirectoryOf } from '../../shared/plan';
import { selectionOptionsSchema } from '../../shared/task';

/** Opens a shell in a variant's image. What is changed in it is thrown away. */
export const shell: Command<z.output<typeof selectionOptionsSchema>> = {
  schema: selectionOptionsSchema,
  place: 'user-namespace',
  run: async (task) => {
    const plan = await planForHost(task);
    await retag(task.workspaceRoot, join(variantsDirectoryOf(task), plan.variant));
    const image = await requireImage(plan.reference, `build it first: \`npx nx build ${plan.variant}\``);
    const container = await containerName(`shell-${plan.variant}`);
    try {
      await createContainer(image.id, container);
      console.log(`A shell in ${plan.reference}; what you change is thrown away when you leave it.`);
      // What the shell's last command returned is not a fault of this one.
      await runInteractive(runArgv({ container, command: ['bash', '--login'], terminal: 'attached' }));
    } finally {
      await removeContainer(container);
    }
  },
};
