import { readJson, type Tree } from '@nx/devkit';
import { readRooms, readVariantTests } from '../rooms';
import { EXECUTOR_FILES } from './executor-files';
import { roomFiles } from './room-files';
import { removeOthers, writeFiles } from './write-files';

/** What Nx's sync generators return. https://nx.dev/docs/concepts/sync-generators */
interface SyncResult {
  readonly outOfSyncMessage: string;
}

/** Writes executors.json and the schemas of executors from the sources of these. */
export async function executors(tree: Tree): Promise<SyncResult | undefined> {
  const changed: string[] = [];
  for (const { folder, files } of EXECUTOR_FILES) {
    changed.push(...(await writeFiles(tree, files)), ...removeOthers(tree, folder, files));
  }
  return resultOf(changed, 'the executors');
}

/** Writes what TypeScript and Nx have to be told of the rooms from the package.json of each. */
export async function rooms(tree: Tree): Promise<SyncResult | undefined> {
  const files = roomFiles({
    rooms: readRooms(tree.root),
    tests: readVariantTests(tree.root),
    read: (path) => (tree.exists(path) ? readJson<Readonly<Record<string, unknown>>>(tree, path) : undefined),
  });
  return resultOf(await writeFiles(tree, files), 'the package.json of rooms');
}

function resultOf(changed: readonly string[], source: string): SyncResult | undefined {
  if (changed.length === 0) return undefined;
  return { outOfSyncMessage: [`These files are not what ${source} say:`, ...changed].join('\n  ') };
}
