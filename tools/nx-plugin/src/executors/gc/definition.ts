import { flag } from '@immutablue/executor';
import { byteSizeSchema } from '@immutablue/variant';
import * as z from 'zod';
import type { CommandDefinition } from '../../shared/command';

export const gc = {
  name: 'gc',
  describe: () => 'Remove images that were built here and are not needed any more',
  options: z.strictObject({
    dryRun: flag('Only say what would be removed'),
    diskSize: byteSizeSchema
      .optional()
      .describe('How much the images may take, `20 GB` for example; as in nx.json when not given'),
  }),
  projects: 'images',
  place: 'user-namespace',
} satisfies CommandDefinition;
