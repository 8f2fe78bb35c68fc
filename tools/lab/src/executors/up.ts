import { flag, isLeftOut } from '@immutablue/executor';
import { ARCHITECTURES, UPSTREAM_PROFILES } from '@immutablue/variant';
import * as z from 'zod';
import { writeLabFile } from '../lab-file';
import { startDetachedRegistry } from '../registry/detached-registry';
import { bringUp } from '../up';
import { readRequest } from '../workspace';
import { labExecutor } from './executor';
import { releaseOption } from './release-option';

const options = z.strictObject({
  architecture: z
    .enum(ARCHITECTURES)
    .default('x86_64')
    .describe('Of the upstream images. Those for aarch64 take about eight minutes to make under emulation'),
  release: releaseOption,
  upstream: z
    .enum(UPSTREAM_PROFILES)
    .default('lab')
    .describe('With fedora nothing is made: builds on the real images need no lab'),
  registry: flag('Start a registry on 127.0.0.1 that goes on running until lab:down'),
  port: z.int().min(1).max(65_535).optional().describe('Port of the registry, 5000 by default'),
});

/** `nx run lab:up`: makes what is missing of the lab. */
export const up = labExecutor(
  {
    name: 'up',
    description: 'Makes what is missing of the offline upstream: images, a package repository',
    options,
    hasher: 'hashUp',
  },
  async ({ architecture, release, upstream, registry, port }, context) => {
    // What is left out says so.
    if (isLeftOut(`lab:up-${architecture}`)) return;
    if (upstream === 'fedora') {
      context.log('not needed: this build stands on the real images (`upstream: fedora`)');
      return;
    }
    const request = await readRequest(context.workspaceRoot, {
      architecture,
      ...(release === undefined ? {} : { release }),
    });
    const lab = await bringUp(context, request);
    await writeLabFile(context.workspaceRoot, request, lab);
    for (const { reference } of lab.images) context.log(`ready: ${reference}`);
    if (registry) context.log(`registry on ${await startDetachedRegistry(context, port)}`);
  },
);
