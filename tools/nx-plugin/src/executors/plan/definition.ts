import { flag } from '@immutablue/executor';
import type { CommandDefinition } from '../../shared/command';
import { selectionOptions } from '../../shared/options';

export const plan = {
  name: 'plan',
  describe: (variant) => `Print how ${variant} is built: every command, file and script`,
  options: selectionOptions.extend({ json: flag('Print the plan as JSON') }),
  projects: 'variants',
  place: 'anywhere',
} satisfies CommandDefinition;
