import { flag } from '@immutablue/executor';
import type { CommandDefinition } from '../../shared/command';
import { selectionOptions } from '../../shared/options';

export const deps = {
  name: 'deps',
  describe: (variant) => `Run the dep-builder of ${variant}`,
  options: selectionOptions.extend({ clean: flag('Build even when the same was built before') }),
  projects: 'variants',
  place: 'user-namespace',
  hasher: 'hashDepBuilders',
} satisfies CommandDefinition;
