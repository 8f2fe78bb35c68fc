import { textOrNumber } from '@immutablue/executor';
import { ARCHITECTURES, isRelease, UPSTREAM_PROFILES, type Release } from '@immutablue/variant';
import * as z from 'zod';

const release = textOrNumber.pipe(
  z.custom<Release>((value) => typeof value === 'string' && isRelease(value), 'expected a Fedora release'),
);

/** The options that executors have in common: which of a variant's images is meant. */
export const selectionOptions = z.strictObject({
  release: release.optional().describe('The Fedora release, 44 for example'),
  upstream: z.enum(UPSTREAM_PROFILES).optional().describe('Where upstream images and packages come from'),
  architecture: z
    .enum(ARCHITECTURES)
    .optional()
    .describe("The architecture; the first of the variant's platforms when not given"),
  emulate: z
    .boolean()
    .optional()
    .describe('With run-many and affected: also variants that this machine can only emulate'),
  secret: z
    .union([z.string(), z.array(z.string())])
    .optional()
    .describe('name=path: a file with the value of a secret; IMMUTABLUE_SECRET_<NAME> holds the value itself'),
});

export type SelectionOptions = z.output<typeof selectionOptions>;
