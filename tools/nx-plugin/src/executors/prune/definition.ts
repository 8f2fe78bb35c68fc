import { flag } from '@immutablue/executor';
import * as z from 'zod';
import type { CommandDefinition } from '../../shared/command';

const count = z.int().min(0);

export const prune = {
  name: 'prune',
  describe: () =>
    'Remove old tags of published images from the registry, with their signatures; not while images are published',
  options: z.strictObject({
    registry: z
      .string()
      .regex(/^[^/\s]+(\/[a-z0-9._-]+)+$/)
      .optional()
      .describe('Registry and namespace, like quay.io/immutablue; that of nx.json when not given'),
    weeks: count.default(26).describe('Dated tags that are older are removed'),
    newest: count.default(8).describe('How many dated tags of each image and release stay, however old'),
    pullRequestDays: count.default(14).describe('Tags of pull requests that are older are removed'),
    dryRun: flag('Only say what would be removed'),
  }),
  projects: 'images',
  place: 'anywhere',
} satisfies CommandDefinition;
