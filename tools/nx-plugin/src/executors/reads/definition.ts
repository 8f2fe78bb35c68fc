import type { CommandDefinition } from '../../shared/command';
import { selectionOptions } from '../../shared/options';

export const reads = {
  name: 'reads',
  describe: (variant) => `Check that the scripts of ${variant} read no more than their headers say`,
  options: selectionOptions,
  projects: 'variants',
  place: 'user-namespace',
  hasher: 'hashTrial',
} satisfies CommandDefinition;
