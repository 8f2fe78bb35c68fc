import type { CommandDefinition } from '../../shared/command';
import { selectionOptions } from '../../shared/options';

export const shell = {
  name: 'shell',
  describe: (variant) =>
    `Open a shell in the built image of ${variant}, or run what stands after --; changes are thrown away`,
  options: selectionOptions,
  projects: 'variants',
  place: 'user-namespace',
  hasher: 'hashShell',
  words: 'allowed',
} satisfies CommandDefinition;
