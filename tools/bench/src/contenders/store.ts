import type { Store } from '../../../../e2e/support/store';

/**
 * Removes all images of a store, those that buildah keeps for its cache of layers among them. Those of the lab are in a store
 * below it and stay.
 */
export async function removeImages(store: Store): Promise<void> {
  const own = await store.run('buildah', 'images', '--all', '--noheading', '--format', '{{.ID}} {{.ReadOnly}}');
  const ids = own
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([id, readOnly]) => id !== '' && readOnly === 'false')
    .map(([id = '']) => id);
  if (ids.length > 0) await store.run('buildah', 'rmi', '--force', ...new Set(ids));
}
