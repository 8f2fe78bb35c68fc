import { ARCHITECTURES } from '@immutablue/variant';
import { removeStale, takeDown } from '../../down';
import { readRequest } from '../../workspace';
import { executorOf } from '../execute';
import { downOptionsSchema } from '../options';

/** `nx run lab:down`: removes what builds use of the lab, all of it, or only what this workspace does not use. */
export default executorOf(downOptionsSchema, async ({ all, stale }, context) => {
  if (stale) {
    const requests = ARCHITECTURES.map((architecture) => readRequest(context.workspaceRoot, { architecture }));
    await removeStale(context, await Promise.all(requests));
  } else {
    await takeDown(context, all ? 'everything' : 'images');
  }
});
