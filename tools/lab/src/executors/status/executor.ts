import { readStatus, renderStatus } from '../../status';
import { readRequest } from '../../workspace';
import { executorOf } from '../execute';
import { statusOptionsSchema } from '../options';

/** `nx run lab:status`: shows what the lab has. */
export default executorOf(statusOptionsSchema, async ({ release, json }, { workspaceRoot, paths, log }) => {
  const selected = release === undefined ? {} : { release };
  const rows = await readStatus(paths, {
    required: await readRequest(workspaceRoot, { ...selected, architecture: 'x86_64' }),
    onDemand: await readRequest(workspaceRoot, { ...selected, architecture: 'aarch64' }),
  });
  log(json ? JSON.stringify(rows, undefined, 2) : renderStatus(rows));
});
