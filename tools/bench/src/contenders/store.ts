import type { Store } from '../../../../e2e/support/store';

/** Removing an image also removes what is below it, or leaves it to be removed then. */
const ATTEMPTS = 5;

/**
 * Removes all images of a store, those that buildah keeps for its cache of layers among them. Those of the lab are in a store
 * below it and stay.
 *
 * @throws {Error} when some stay: what is measured then would not begin with nothing.
 */
export async function removeImages(store: Store): Promise<void> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const ids = await ownImages(store);
    if (ids.length === 0) return;
    await store.run('buildah', 'rmi', '--force', ...ids);
  }
  const left = await ownImages(store);
  if (left.length > 0) throw new Error(`these images stay in the store: ${left.join(' ')}`);
}

async function ownImages(store: Store): Promise<string[]> {
  const images = await store.run('buildah', 'images', '--all', '--noheading', '--format', '{{.ID}} {{.ReadOnly}}');
  const own = images
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([id, readOnly]) => id !== '' && readOnly === 'false')
    .map(([id = '']) => id);
  return [...new Set(own)];
}
