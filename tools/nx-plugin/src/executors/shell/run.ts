import { print } from '@immutablue/diagnostics';
import { createContainer, removeContainer, requireImage, runArgv, runInteractive, ownedName } from '@immutablue/oci';
import type { Run } from '../../shared/command';
import { planForHost } from '../../shared/host';
import type { shell } from './definition';

/** Opens a shell in a variant's image. What is changed in it is thrown away. */
export const run: Run<typeof shell> = async (task) => {
  const plan = await planForHost(task);
  const image = await requireImage(plan.reference, `build it first: \`npx nx build ${plan.variant}\``);
  const container = await ownedName(`shell-${plan.variant}`);
  try {
    await createContainer(image.id, container);
    print(`A shell in ${plan.reference}; what you change is thrown away when you leave it.`);
    // What the shell's last command returned is not a fault of this one.
    await runInteractive(runArgv({ container, command: ['bash', '--login'], terminal: 'attached' }));
  } finally {
    await removeContainer(container);
  }
};
