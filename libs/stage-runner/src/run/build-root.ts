import { dirname, join } from 'node:path';
import {
  commitContainer,
  createContainer,
  mountContainer,
  removeContainer,
  statIfThere,
  type ImageDetails,
  type ImageId,
} from '@immutablue/oci';
import { openRoot, type RootFilesystem } from '@immutablue/overrides';

/** The working container in which the steps of sub-stages work, until the last of them commits it. */
export interface BuildRoot {
  readonly container: string;
  /** Its root filesystem, mounted. */
  readonly root: RootFilesystem;
  /** What it has above the image that it was made from; the whole root filesystem where the store keeps that in no place of its own. */
  readonly changes: RootFilesystem;
  /** Makes an image of it; the container is gone then. */
  readonly commit: () => Promise<ImageId>;
  /** Removes it, unless it is gone already. */
  readonly remove: () => Promise<void>;
}

/**
 * Makes a working container and mounts it.
 *
 * @param request.name unique on this machine; see ownedName.
 * @param request.from what the first step works on: the parent, or a checkpoint on it.
 */
export async function openBuildRoot(request: {
  readonly name: string;
  readonly from: ImageId;
  readonly parent: Pick<ImageDetails, 'created'>;
  readonly signal: AbortSignal;
}): Promise<BuildRoot> {
  const { name, from, parent, signal } = request;
  const remove = () => removeContainer(name);
  try {
    await createContainer(from, name, { signal });
    const mountPoint = await mountContainer(name, { signal });
    const root = await openRoot(mountPoint, { epochSeconds: parent.created });
    // Where the overlay driver keeps what is changed below its mount point.
    const upper = join(dirname(mountPoint), 'diff');
    const hasUpper = (await statIfThere(upper)) !== undefined;
    return {
      container: name,
      root,
      changes: hasUpper ? await openRoot(upper, { epochSeconds: parent.created }) : root,
      commit: () => commitContainer(name, parent.created, { signal }),
      remove,
    };
  } catch (error) {
    await remove();
    throw error;
  }
}
