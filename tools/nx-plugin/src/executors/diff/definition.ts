import { flag } from '@immutablue/executor';
import * as z from 'zod';
import type { CommandDefinition } from '../../shared/command';
import { selectionOptions } from '../../shared/options';

export const diff = {
  name: 'diff',
  describe: (variant) => `Compare the image of ${variant} with a published one`,
  options: selectionOptions.extend({
    ref: z
      .string()
      .min(1)
      .describe('The image before: host/namespace/name:tag or @sha256:…, or an image of this machine'),
    to: z
      .string()
      .min(1)
      .optional()
      .describe('The image after, named like --ref; the one that was built when not given'),
    json: flag('Print the difference as JSON'),
    markdown: flag('Print the difference as Markdown, and write it to dist/release-note.md'),
  }),
  projects: 'variants',
  place: 'anywhere',
} satisfies CommandDefinition;
