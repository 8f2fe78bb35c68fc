import type { Tree } from '@nx/devkit';
import { shownByNx } from '../shown-by-nx';
import { writeWorkflows } from './write-workflows';

/** What `nx sync` and `nx sync:check` call: https://nx.dev/docs/concepts/sync-generators */
export default async function ciSyncGenerator(tree: Tree): Promise<{ readonly outOfSyncMessage: string } | undefined> {
  try {
    const changed = await writeWorkflows(tree);
    if (changed.length === 0) return undefined;
    return {
      outOfSyncMessage: ['These workflows are not what the variants and nx.json say:', ...changed].join('\n  '),
    };
  } catch (error) {
    throw shownByNx(error, tree.root);
  }
}
