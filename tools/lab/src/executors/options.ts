import { ARCHITECTURES, isRelease, UPSTREAM_PROFILES, type Release } from '@immutablue/variant';
import * as z from 'zod';

// On a command line `--release=43` is a number.
const release = z.preprocess(
  (value) => (typeof value === 'number' ? String(value) : value),
  z.custom<Release>((value) => typeof value === 'string' && isRelease(value), 'expected a Fedora release').optional(),
);

/** Options of `lab:up`. */
export const upOptionsSchema = z.object({
  architecture: z.enum(ARCHITECTURES).default('x86_64'),
  release,
  upstream: z.enum(UPSTREAM_PROFILES).default('lab'),
  registry: z.boolean().default(false),
  port: z.number().int().min(1).max(65_535).optional(),
});

/** Options of `lab:status`. */
export const statusOptionsSchema = z.object({ release, json: z.boolean().default(false) });

/** Options of `lab:down`. */
export const downOptionsSchema = z
  .object({ all: z.boolean().default(false), stale: z.boolean().default(false) })
  .refine(({ all, stale }) => !(all && stale), { path: ['stale'], error: 'cannot be given together with --all' });
