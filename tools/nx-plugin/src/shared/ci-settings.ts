import { ARCHITECTURES } from '@immutablue/variant';
import * as z from 'zod';

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
});

export type CiSettings = z.output<typeof ciSettingsSchema>;
