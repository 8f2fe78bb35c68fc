import { isLeftOut } from '@immutablue/executor';
import { writeLabFile } from '../lab-file';
import { startDetachedRegistry } from '../registry/detached-registry';
import { bringUp } from '../up';
import { readRequest } from '../workspace';
import { labExecutor } from './executor';
import { upOptions } from './up-options';

/** `nx run lab:up`: makes what is missing of the lab. */
export const up = labExecutor(
  {
    name: 'up',
    description: 'Makes what is missing of the offline upstream: images, a package repository',
    options: upOptions,
    hasher: 'hashUp',
  },
  async ({ architecture, release, upstream, registry, port }, context) => {
    // What is left out says so.
    if (isLeftOut(`lab:up-${architecture}`)) return;
    if (upstream === 'fedora') {
      context.log('not needed: this build stands on the real images (`upstream: fedora`)');
      return;
    }
    const request = await readRequest(context.workspaceRoot, { architecture, release });
    const lab = await bringUp(context, request);
    await writeLabFile(context.workspaceRoot, request, lab);
    for (const { reference } of lab.images) context.log(`ready: ${reference}`);
    if (registry) context.log(`registry on ${await startDetachedRegistry(context, port)}`);
  },
);
