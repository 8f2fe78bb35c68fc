import { ARCHITECTURES } from '@immutablue/variant';
import * as z from 'zod';
import { toRepository } from './cache-settings';

/** The CI systems that workflows are written for. */
export const CI_PROVIDERS = ['github', 'forgejo', 'gitlab'] as const;
export type CiProvider = (typeof CI_PROVIDERS)[number];

/** What workflows are written from besides the variants; `nx g @immutablue/nx:ci` puts it into nx.json. */
export const ciSettingsSchema = z.strictObject({
  provider: z.enum(CI_PROVIDERS),
  /** The label of the runners of an architecture, on GitLab their tag. */
  runners: z
    .partialRecord(z.enum(ARCHITECTURES), z.string().regex(/^[\w.-]+$/, 'expected the label of a runner'))
    .optional(),
  /** The repository in which jobs of the default branch keep results of Nx, and from which all jobs take them. */
  nxCache: z
    .string()
    .refine(
      (text) => toRepository(text) !== undefined,
      'expected a registry and a repository, like `quay.io/immutablue/nx-cache`',
    )
    .optional(),
});

export type CiSettings = z.output<typeof ciSettingsSchema>;
