import { flag, textOrNumber } from '@immutablue/executor';
import * as z from 'zod';
import type { CommandDefinition } from '../../shared/command';
import { selectionOptions } from '../../shared/options';

const text = textOrNumber.pipe(z.string().min(1)).optional();

export const changes = {
  name: 'changes',
  describe: (variant) => `Print what changed in the lock of ${variant}`,
  options: selectionOptions.extend({
    old: text.describe('The lock before: a file, or a revision of git; HEAD when not given'),
    new: text.describe('The lock after: a file, or a revision of git; the working tree when not given'),
    json: flag('Print the changes as JSON'),
  }),
  projects: 'variants',
  place: 'anywhere',
} satisfies CommandDefinition;
