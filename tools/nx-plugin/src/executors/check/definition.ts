import { flag } from '@immutablue/executor';
import type { CommandDefinition } from '../../shared/command';
import { selectionOptions } from '../../shared/options';

export const check = {
  name: 'check',
  describe: (variant) => `Check the files of ${variant} for every release and platform`,
  options: selectionOptions.extend({
    online: flag('Also ask repositories for every package, and servers for every address'),
  }),
  projects: 'variants',
  place: ({ online }) => (online === true ? 'user-namespace' : 'anywhere'),
  hasher: 'hashCheck',
} satisfies CommandDefinition;
