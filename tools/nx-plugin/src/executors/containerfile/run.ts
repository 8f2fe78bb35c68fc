import { print, shellCommand } from '@immutablue/diagnostics';
import { join, resolve } from 'node:path';
import { exportCommand, writeContainerfile } from '@immutablue/containerfile';
import { isDeferred, openLedger } from '@immutablue/stage-runner';
import type { Run } from '../../shared/command';
import { planOfTask, variantsDirectoryOf } from '../../shared/plan';
import type { containerfile } from './definition';

/** Writes how an image is built as a Containerfile, and prints the command that builds it without this workspace. */
export const run: Run<typeof containerfile> = async (task) => {
  const { workspaceRoot, options } = task;
  const plan = await planOfTask(task);
  const output =
    options.output === undefined
      ? join(variantsDirectoryOf(task), plan.variant, 'dist', 'containerfile')
      : resolve(workspaceRoot, options.output);
  const written = await writeContainerfile(plan, { workspaceRoot, output });
  print(`wrote ${written.containerfile}`);
  if (written.parent === undefined) {
    print(`${plan.parent.reference} is not on this machine: the image will have the date of its build`);
  } else if (await isDeferred(openLedger(workspaceRoot), written.parent.id)) {
    const how = plan.parent.kind === 'variant' ? `\`npx nx build ${plan.parent.variant}\`` : 'a pull';
    print(`${plan.parent.reference} was left in the registry: ${how} fetches it`);
  }
  print('build it with this, or with podman in place of buildah:');
  print(`$ ${shellCommand(exportCommand(plan, written))}`);
};
