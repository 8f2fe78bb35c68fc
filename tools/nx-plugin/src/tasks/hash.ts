import { createHash } from 'node:crypto';
import type { TaskNote } from './notes';

export interface HashQuery {
  /** What Nx makes of the inputs. */
  readonly inputs: string;
  readonly storeId: string;
  /** What a task of a hash has left, or undefined when none has run here. */
  readonly noteOf: (hash: string) => Promise<TaskNote | undefined>;
  readonly isThere: (image: string) => boolean;
}

export interface TaskHash {
  readonly value: string;
  /** What a task of this hash has left, all of which is there. */
  readonly left?: TaskNote;
}

/**
 * The hash of a task that leaves images. Nx keeps what it printed and wrote, and not the images: a hash whose images are gone
 * is passed over for the next one, so that what Nx keeps under it is not taken; when they are back, it counts again.
 */
export async function hashOfTask({ inputs, storeId, noteOf, isThere }: HashQuery): Promise<TaskHash> {
  for (let attempt = 0; ; attempt += 1) {
    const value = createHash('sha256').update(`${inputs}\0${storeId}\0${attempt}`).digest('hex');
    const left = await noteOf(value);
    if (left === undefined) return { value };
    if (left.images.every(isThere)) return { value, left };
  }
}

/** The hash of a task that looks at an image and leaves none. */
export function hashOfLook(
  query: Pick<HashQuery, 'inputs' | 'storeId'> & { readonly image: string | undefined },
): string {
  return createHash('sha256')
    .update(`${query.inputs}\0${query.storeId}\0${query.image ?? ''}`)
    .digest('hex');
}
