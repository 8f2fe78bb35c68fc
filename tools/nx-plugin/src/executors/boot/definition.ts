import { flag } from '@immutablue/executor';
import * as z from 'zod';
import type { CommandDefinition } from '../../shared/command';
import { selectionOptions } from '../../shared/options';

export const boot = {
  name: 'boot',
  describe: (variant) => `Boot the image of ${variant} and run its boot-checks.yaml inside`,
  options: selectionOptions.extend({
    vm: flag("Boot in a virtual machine, with the image's own kernel, instead of a container"),
    timeout: z
      .int()
      .min(1)
      .optional()
      .describe('Seconds that the system may take to start; 120, in a virtual machine 900'),
  }),
  projects: 'variants',
  place: 'user-namespace',
  hasher: 'hashInspection',
} satisfies CommandDefinition;
