import { flag } from '@immutablue/executor';
import * as z from 'zod';
import type { CommandDefinition } from '../../shared/command';
import { selectionOptions } from '../../shared/options';

export const publish = {
  name: 'publish',
  describe: (variant) => `Publish the built and tested image of ${variant}`,
  options: selectionOptions.extend({
    registry: z
      .string()
      .regex(/^[^/\s]+(\/[a-z0-9._-]+)+$/)
      .optional()
      .describe('Registry and namespace, like quay.io/immutablue; that of nx.json when not given'),
    dryRun: flag('Print what would be sent and which tags would move, and change nothing'),
  }),
  projects: 'variants',
  place: 'user-namespace',
} satisfies CommandDefinition;
