import { join } from 'node:path';
import { z } from 'zod';
import { MARK_ARGUMENT } from './buildah-argv';
import { readIfThere } from './files';
import { runThrough } from './run-through';

/** A working container of buildah. */
export interface WorkingContainer {
  readonly name: string;
  /** The mark of the `buildah build` that made it, if that had one. */
  readonly mark?: string;
}

const containersSchema = z.array(z.object({ id: z.string(), containername: z.string() })).nullable();

/** What is asked of buildah's record of a working container, `buildah.json` beside the container's own state. */
const recordSchema = z.object({ Args: z.record(z.string(), z.string()).nullish() });

/** The names that buildah gives to working containers when it is not told one: `<image>-working-container`, and a number. */
const GIVEN_BY_BUILDAH = /working-container(-\d+)?$/;

/** All working containers of this user. */
export async function listContainers(): Promise<WorkingContainer[]> {
  const { stdout } = await runThrough(['buildah', 'containers', '--json']);
  const containers = containersSchema.parse(JSON.parse(stdout || 'null')) ?? [];
  if (!containers.some(({ containername }) => GIVEN_BY_BUILDAH.test(containername))) {
    return containers.map(({ containername }) => ({ name: containername }));
  }
  const records = await recordsDirectory();
  return await Promise.all(
    containers.map(async ({ id, containername }) => {
      const mark = await readMark(join(records, id, 'userdata', 'buildah.json'));
      return { name: containername, ...(mark === undefined ? {} : { mark }) };
    }),
  );
}

/** Where containers-storage keeps the state of containers. */
async function recordsDirectory(): Promise<string> {
  const format = '{{.store.GraphRoot}}\n{{.store.GraphDriverName}}';
  const { stdout } = await runThrough(['buildah', 'info', '--format', format]);
  const [root = '', driver = ''] = stdout.trim().split('\n');
  return join(root, `${driver}-containers`);
}

/** `buildah inspect` leaves build arguments out: they are read from the record itself. */
async function readMark(file: string): Promise<string | undefined> {
  const text = await readIfThere(file);
  // The container was removed meanwhile, or is none of buildah's.
  if (text === undefined) return undefined;
  return recordSchema.parse(JSON.parse(text)).Args?.[MARK_ARGUMENT];
}
