import type { CommandDefinition } from '../../shared/command';
import { selectionOptions } from '../../shared/options';

export const test = {
  name: 'test',
  describe: (variant) => `Look into the built image of ${variant}`,
  options: selectionOptions,
  projects: 'variants',
  place: 'user-namespace',
  hasher: 'hashInspection',
} satisfies CommandDefinition;
