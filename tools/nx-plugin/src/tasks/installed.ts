import { join } from 'node:path';
import { readIfThere } from '@immutablue/oci';
import { workspaceRoot } from 'nx/src/utils/workspace-root';
import * as z from 'zod';

/** https://docs.npmjs.com/cli/v10/configuring-npm/package-lock-json#packages */
const lockSchema = z.object({
  packages: z.record(z.string(), z.looseObject({ version: z.string().optional(), link: z.boolean().optional() })),
});

/**
 * The versions of what npm installs in this workspace, of which nx.json has nothing in Nx's graph. The workspace's own packages are not
 * among them: their code counts itself. An unreadable lock counts as its raw text.
 */
export function installedVersions(): Promise<unknown> {
  versions ??= readVersions();
  return versions;
}

/** Nx hashes all tasks of a command in one process, which has loaded what is installed. */
let versions: Promise<unknown> | undefined;

async function readVersions(): Promise<unknown> {
  const text = (await readIfThere(join(workspaceRoot, 'package-lock.json'))) ?? '{}';
  try {
    const { packages } = lockSchema.parse(JSON.parse(text));
    return Object.entries(packages).flatMap(([path, { version, link }]) =>
      path.includes('node_modules/') && link !== true ? [[path, version]] : [],
    );
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return text;
    throw error;
  }
}
