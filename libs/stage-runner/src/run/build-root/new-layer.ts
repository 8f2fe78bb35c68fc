import { beginLayer, commitLayer, discardLayer } from '@immutablue/oci';
import { openRoot } from '@immutablue/overrides';
import type { BuildRoot, BuildRootRequest } from './build-root';

/** A buildRoot without a container. Undefined where the host has no such thing. */
export async function openNewLayer(request: BuildRootRequest): Promise<BuildRoot | undefined> {
  const { parent, signal, labels, stages, reference } = request;
  const layer = await beginLayer(request.from, request.name, { signal });
  if (layer === undefined) return undefined;
  const remove = () => discardLayer(layer);
  const commit = {
    labels,
    created: parent.created,
    createdBy: `immutablue: ${stages.map(({ name }) => name).join(', ')}`,
    ...(reference === undefined ? {} : { reference }),
  };
  try {
    return {
      root: await openRoot(layer.mountPoint, { epochSeconds: parent.created }),
      container: undefined,
      before: () => Promise.resolve(),
      commit: () => commitLayer(layer, commit, { signal }),
      remove,
    };
  } catch (error) {
    await remove();
    throw error;
  }
}
