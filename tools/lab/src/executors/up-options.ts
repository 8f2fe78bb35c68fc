import { flag } from '@immutablue/executor';
import { ARCHITECTURES, UPSTREAM_PROFILES } from '@immutablue/variant';
import * as z from 'zod';
import { releaseOption } from './release-option';

/** What `lab:up` can be told; its hash depends on it, too. */
export const upOptions = z.strictObject({
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
