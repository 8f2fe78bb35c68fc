import { takeDown } from '../../down';
import { executorOf } from '../execute';
import { downOptionsSchema } from '../options';

/** `nx run lab:down`: removes what builds use of the lab, or all of it. */
export default executorOf(downOptionsSchema, async ({ all }, context) => {
  await takeDown(context, all ? 'everything' : 'images');
});
