import { createHash } from 'node:crypto';

export interface HashQuery {
  /** What Nx makes of the inputs. */
  readonly inputs: string;
  readonly storeId: string;
  /** The images that a task of a hash has left, or undefined when none has run here. */
  readonly imagesOf: (hash: string) => Promise<readonly string[] | undefined>;
  readonly isThere: (image: string) => boolean;
}

/**
 * The hash of a task that leaves images. Nx keeps what it printed and wrote, and not the images: a hash whose images are gone
 * is passed over for the next one, so that what Nx keeps under it is not taken; when they are back, it counts again.
 */
export async function hashOfTask({ inputs, storeId, imagesOf, isThere }: HashQuery): Promise<string> {
  for (let attempt = 0; ; attempt += 1) {
    const hash = createHash('sha256').update(`${inputs}\0${storeId}\0${attempt}`).digest('hex');
    const images = await imagesOf(hash);
    if (images === undefined || images.every(isThere)) return hash;
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
