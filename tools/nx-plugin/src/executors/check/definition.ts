import * as z from 'zod';
import type { CommandDefinition } from '../../shared/command';

export const check = {
  name: 'check',
  describe: (variant) => `Check the files of ${variant} for every release and platform`,
  options: z.strictObject({}),
  projects: 'variants',
  place: 'anywhere',
  hasher: 'hashCheck',
} satisfies CommandDefinition;
