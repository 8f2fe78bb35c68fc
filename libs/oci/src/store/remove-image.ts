import * as z from 'zod';
import { CommandError } from '../process/process';
import type { ImageId } from '../reference';
import { retryOnSigterm } from '../process/retry-on-sigterm';

/** The outcome of {@link removeImage}. */
export type RemovedImage = 'removed' | 'gone' | 'in-use';

/**
 * Removes one image, with whatever names it has, and the layers that no other image has.
 *
 * Not by `buildah rmi`: that removes images without a name below it, too.
 */
export async function removeImage(image: ImageId): Promise<RemovedImage> {
  try {
    await retryOnSigterm(['skopeo', 'delete', `containers-storage:@${image}`]);
    return 'removed';
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    if (error.result.tail.some((line) => line.includes('in use by a container'))) return 'in-use';
    if (error.result.tail.some((line) => line.includes('image not known'))) return 'gone';
    throw error;
  }
}

const containersSchema = z.array(z.object({ imageid: z.string() })).nullable();

/** The images that containers stand on, of buildah and of other programs. */
export async function imagesOfContainers(): Promise<ReadonlySet<string>> {
  const { stdout } = await retryOnSigterm(['buildah', 'containers', '--all', '--json']);
  const containers = containersSchema.parse(JSON.parse(stdout || 'null')) ?? [];
  return new Set(containers.map(({ imageid }) => imageid));
}
