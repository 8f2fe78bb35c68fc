import { createContainer, mountContainer, runCommand } from '@immutablue/oci';
import { normaliseTree } from './normalise';
import { readTree } from './read-tree';
import type { Tree } from './tree';

/**
 * The root filesystem of an image, normalised; the image stays as it is. As root, or inside `buildah unshare`.
 *
 * @param environment which store: that of `createStore` in e2e/support; this process's own when empty.
 */
export async function readImageTree(image: string, environment: Readonly<Record<string, string>> = {}): Promise<Tree> {
  const container = `immutablue-tree-${process.pid}-${Date.now()}`;
  await createContainer(image, container, { environment });
  try {
    const directory = await mountContainer(container, { environment });
    return await normaliseTree(await readTree(directory), directory);
  } finally {
    await runCommand(['buildah', 'rm', container], { environment });
  }
}
