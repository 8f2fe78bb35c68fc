import { flag } from '@immutablue/executor';
import type { CommandDefinition } from '../../shared/command';
import { selectionOptions } from '../../shared/options';

export const overrides = {
  name: 'overrides',
  describe: (variant) => `List the override files of ${variant} and which variant's file wins`,
  options: selectionOptions.extend({ json: flag('Print the list as JSON') }),
  projects: 'variants',
  place: 'anywhere',
} satisfies CommandDefinition;
