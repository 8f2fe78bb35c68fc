import { writeLabFile } from '../../lab-file';
import { startDetachedRegistry } from '../../registry/detached-registry';
import { bringUp } from '../../up';
import { readRequest } from '../../workspace';
import { executorOf } from '../execute';
import { upOptionsSchema } from '../options';

/** `nx run lab:up`: makes what is missing of the lab. */
export default executorOf(upOptionsSchema, async (options, context) => {
  if (options.upstream === 'fedora') {
    context.log('not needed: this build stands on the real images (`upstream: fedora`)');
    return;
  }
  const { architecture, release } = options;
  const request = await readRequest(context.workspaceRoot, {
    architecture,
    ...(release === undefined ? {} : { release }),
  });
  const lab = await bringUp(context, request);
  await writeLabFile(context.workspaceRoot, request, lab);
  for (const { reference } of lab.images) context.log(`ready: ${reference}`);
  if (options.registry) context.log(`registry on ${await startDetachedRegistry(context, options.port)}`);
});
