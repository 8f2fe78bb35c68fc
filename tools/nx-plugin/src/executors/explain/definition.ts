import { flag } from '@immutablue/executor';
import type { CommandDefinition } from '../../shared/command';
import { selectionOptions } from '../../shared/options';

export const explain = {
  name: 'explain',
  describe: (variant) => `Say for each sub-stage of ${variant} whether a build would run it, and why`,
  options: selectionOptions.extend({ json: flag('Print the explanation as JSON') }),
  projects: 'variants',
  place: 'user-namespace',
} satisfies CommandDefinition;
