import { flag } from '@immutablue/executor';
import { ARCHITECTURES } from '@immutablue/variant';
import * as z from 'zod';
import { removeStale, takeDown } from '../down';
import { readRequest } from '../workspace';
import { labExecutor } from './executor';

const options = z
  .strictObject({
    all: flag('Remove the cache too; making it again takes about two minutes'),
    stale: flag('Remove only what this workspace does not use: artifacts of earlier recipes'),
  })
  .refine(({ all, stale }) => !(all && stale), { path: ['stale'], error: 'cannot be given together with --all' });

/** `nx run lab:down`: removes what builds use of the lab, all of it, or only what this workspace does not use. */
export const down = labExecutor(
  { name: 'down', description: "Stops the registry and removes the lab's images and the repository's link", options },
  async ({ all, stale }, context) => {
    if (stale) {
      const requests = ARCHITECTURES.map((architecture) => readRequest(context.workspaceRoot, { architecture }));
      await removeStale(context, await Promise.all(requests));
    } else {
      await takeDown(context, all ? 'everything' : 'images');
    }
  },
);
