import type { Tree } from '@nx/devkit';
import { EXECUTOR_FILES } from './executor-files';
import { writeFiles } from './written';

/** What Nx's sync generators return. https://nx.dev/docs/concepts/sync-generators */
interface SyncResult {
  readonly outOfSyncMessage: string;
}

/** Writes executors.json and the schemas of executors from the sources of these. */
export async function executors(tree: Tree): Promise<SyncResult | undefined> {
  const changed: string[] = [];
  for (const folder of EXECUTOR_FILES) changed.push(...(await writeFiles(tree, folder)));
  return resultOf(changed, 'the executors');
}

function resultOf(changed: readonly string[], source: string): SyncResult | undefined {
  if (changed.length === 0) return undefined;
  return { outOfSyncMessage: [`These files are not what ${source} say:`, ...changed].join('\n  ') };
}
