import { commitContainer, createContainer, mountContainer, removeContainer } from '@immutablue/oci';
import { openRoot } from '@immutablue/overrides';
import { labelBeside } from './labelling';
import type { BuildRoot, BuildRootRequest } from './build-root';

/** A working container of buildah. */
export async function openContainer(request: Omit<BuildRootRequest, 'afterwards'>): Promise<BuildRoot> {
  const { name, parent, signal } = request;
  const labelling = labelBeside(request.stages, name, request.labels, signal);
  let isGone = false;
  const remove = async () => {
    await labelling.settled();
    if (!isGone) await removeContainer(name);
  };
  try {
    await createContainer(request.from, name, { signal });
    return {
      root: await openRoot(await mountContainer(name, { signal }), { epochSeconds: parent.created }),
      container: name,
      before: labelling.before,
      commit: async () => {
        const image = await commitContainer(name, parent.created, { signal });
        isGone = true;
        return image;
      },
      remove,
    };
  } catch (error) {
    await remove();
    throw error;
  }
}
