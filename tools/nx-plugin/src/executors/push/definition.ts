import * as z from 'zod';
import type { CommandDefinition } from '../../shared/command';
import { selectionOptions } from '../../shared/options';

export const push = {
  name: 'push',
  describe: (variant) => `Push the image of ${variant} to a registry by digest`,
  options: selectionOptions.extend({
    registry: z
      .string()
      .regex(/^[^/\s]+(\/[a-z0-9._-]+)+$/)
      .optional()
      .describe('Registry and namespace, like quay.io/immutablue; that of nx.json when not given'),
  }),
  projects: 'variants',
  place: 'anywhere',
} satisfies CommandDefinition;
