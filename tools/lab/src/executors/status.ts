import { visibleJson } from '@immutablue/diagnostics';
import { flag } from '@immutablue/executor';
import * as z from 'zod';
import { readStatus, renderStatus } from '../status';
import { readRequest } from '../workspace';
import { labExecutor } from './executor';
import { releaseOption } from './release-option';

/** `nx run lab:status`: shows what the lab has. */
export const status = labExecutor(
  {
    name: 'status',
    description: 'Shows what the lab has, what is missing, and where it lies',
    options: z.strictObject({ release: releaseOption, json: flag('Print JSON') }),
  },
  async ({ release, json }, { workspaceRoot, paths, log }) => {
    const selected = release === undefined ? {} : { release };
    const rows = await readStatus(paths, {
      required: await readRequest(workspaceRoot, { ...selected, architecture: 'x86_64' }),
      onDemand: await readRequest(workspaceRoot, { ...selected, architecture: 'aarch64' }),
    });
    log(json ? visibleJson(rows) : renderStatus(rows, paths.cache));
  },
);
