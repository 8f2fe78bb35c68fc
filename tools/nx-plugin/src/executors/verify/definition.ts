import { flag } from '@immutablue/executor';
import { parseReference } from '@immutablue/oci';
import * as z from 'zod';
import type { CommandDefinition } from '../../shared/command';
import { selectionOptions } from '../../shared/options';

export const verify = {
  name: 'verify',
  describe: (variant) => `Check a published image of ${variant}: who has signed it, and what it was built from`,
  // Which image it is, the registry says.
  options: selectionOptions.pick({ architecture: true, secret: true }).extend({
    ref: z
      .string()
      .refine(
        (text) => parseReference(text) !== undefined,
        'expected an image in a registry, like `quay.io/immutablue/immutablue-cyan:44`',
      )
      .describe('The image, with its registry, and a tag or digest'),
    key: z.string().min(1).optional().describe('The file of the public key; that of nx.json when not given'),
    rebuild: flag('Build it again from what its provenance names, and compare the layers'),
    json: flag('Print what is proven as JSON'),
  }),
  projects: 'variants',
  place: (options) => (options['rebuild'] === true || options['rebuild'] === 'true' ? 'user-namespace' : 'anywhere'),
} satisfies CommandDefinition;
