import { flag } from '@immutablue/executor';
import * as z from 'zod';
import type { CommandDefinition } from '../../shared/command';
import { selectionOptions } from '../../shared/options';

export const build = {
  name: 'build',
  describe: (variant) => `Build the image of ${variant}, its parents first`,
  options: selectionOptions.extend({
    onFailure: z
      .enum(['remove', 'keep'])
      .default('remove')
      .describe('What becomes of the working container when a step fails'),
    clean: flag('Run everything, whatever is cached'),
  }),
  projects: 'variants',
  place: 'user-namespace',
  hasher: 'hashBuild',
} satisfies CommandDefinition;
