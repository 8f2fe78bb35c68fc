import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { WORKSPACE } from './copy-workspace';
import { start, type Program } from './program';

const PROGRAM = 'tools/nx-cache/src/main.cjs';

/** Where a command runs: in the workspace of these tests unless `root` is another clone. */
export interface Place {
  readonly root?: string;
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** Starts a command with the results of registries: `options` are those before it. */
export function startWithResults(options: readonly string[], command: readonly string[], place: Place): Program {
  const { root = WORKSPACE, cwd, environment } = place;
  return start([process.execPath, join(root, PROGRAM), ...options, '--', ...command], { cwd, environment });
}

/** Has a folder be a workspace, with nothing in it. */
export async function writeNxJson(directory: string, settings: object): Promise<void> {
  const options = { registry: 'quay.io/e2e', releases: ['44'], ...settings };
  await writeFile(join(directory, 'nx.json'), JSON.stringify({ plugins: [{ plugin: '@immutablue/nx', options }] }));
}
