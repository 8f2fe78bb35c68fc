import * as z from 'zod';
import type { CommandDefinition } from '../../shared/command';
import { selectionOptions } from '../../shared/options';

export const containerfile = {
  name: 'containerfile',
  describe: (variant) => `Write how ${variant} is built as a Containerfile, which builds without this workspace`,
  options: selectionOptions.extend({
    output: z
      .string()
      .min(1)
      .optional()
      .describe(
        'The folder to write to, relative to the workspace; packages/<variant>/dist/containerfile when not given. It is replaced',
      ),
  }),
  projects: 'variants',
  place: 'anywhere',
} satisfies CommandDefinition;
