import { flag } from '@immutablue/executor';
import type { CommandDefinition } from '../../shared/command';
import { selectionOptions } from '../../shared/options';

export const lock = {
  name: 'lock',
  describe: (variant) => `Lock the packages of ${variant}: builds install exactly those`,
  options: selectionOptions.extend({
    check: flag('Write nothing; say what a new lock would change, and fail if that is anything'),
  }),
  projects: 'variants',
  place: 'user-namespace',
} satisfies CommandDefinition;
