import { textOrNumber } from '@immutablue/executor';
import { isRelease, type Release } from '@immutablue/variant';
import * as z from 'zod';

/** The option `--release` of the lab's executors. */
export const releaseOption = textOrNumber
  .pipe(z.custom<Release>((value) => typeof value === 'string' && isRelease(value), 'expected a Fedora release'))
  .optional()
  .describe('Fedora release that the images stand in for; the newest of nx.json by default');
