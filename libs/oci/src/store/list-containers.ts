import { join } from 'node:path';
import * as z from 'zod';
import { MARK_ARGUMENT } from '../buildah/buildah-argv';
import { readIfThere } from '../files/read-text';
import { storeDirectories } from './store-directories';

/** A working container of buildah. */
export interface WorkingContainer {
  readonly name: string;
  /** The mark of the `buildah build` that made it, if that had one. */
  readonly mark?: string;
  /** The folder of the container's layer, where the overlay driver keeps its changes. */
  readonly directory: string;
}

// https://pkg.go.dev/github.com/containers/storage#Container, as it is on the disk.
const containersSchema = z.array(z.object({ id: z.string(), names: z.array(z.string()).nullish(), layer: z.string() }));

/** The part that is used of buildah's record of a working container, `buildah.json` beside the container's state. */
const recordSchema = z.object({ Args: z.record(z.string(), z.string()).nullish() });

/** The names that buildah chooses for working containers: `<image>-working-container`, and a number. */
const GIVEN_BY_BUILDAH = /working-container(-\d+)?$/;

/** All working containers of this user, and the containers of other programs in the same store. */
export async function listContainers(): Promise<WorkingContainer[]> {
  const [own] = await storeDirectories();
  const text = await readIfThere(join(own.containers, 'containers.json'));
  const containers = containersSchema.parse(JSON.parse(text ?? '[]'));
  return await Promise.all(
    containers.flatMap(({ id, names, layer }) =>
      (names ?? []).map(async (name) => {
        const mark = GIVEN_BY_BUILDAH.test(name) ? await readMark(join(own.containers, id)) : undefined;
        return { name, ...(mark === undefined ? {} : { mark }), directory: join(own.driver, layer) };
      }),
    ),
  );
}

/** `buildah inspect` leaves build arguments out: they are read from the record itself. */
async function readMark(directory: string): Promise<string | undefined> {
  const text = await readIfThere(join(directory, 'userdata', 'buildah.json'));
  // The container was removed meanwhile, or is another program's.
  if (text === undefined) return undefined;
  return recordSchema.parse(JSON.parse(text)).Args?.[MARK_ARGUMENT];
}
