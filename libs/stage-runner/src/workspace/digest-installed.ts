import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { sha256 } from '@immutablue/plan';
import type { FileDigests } from './file-digests';

/** https://docs.npmjs.com/cli/v10/configuring-npm/package-lock-json#packages */
const lockSchema = z.object({ packages: z.record(z.string(), z.looseObject({ link: z.boolean().optional() })) });

/**
 * A digest over the packages that npm has installed in a workspace, from its package-lock.json. The workspace's own packages are not
 * among them: what counts of those says their code.
 *
 * @returns an empty string when there is no such file.
 */
export function digestInstalled(workspaceRoot: string, digests: FileDigests): string {
  const file = join(workspaceRoot, 'package-lock.json');
  const stat = lstatSync(file, { throwIfNoEntry: false });
  if (stat === undefined) return '';
  return digests.derived(file, digests.of(file, stat), () => sha256(installedIn(readFileSync(file, 'utf8'))));
}

/** What cannot be understood counts as it is. */
function installedIn(text: string): string {
  try {
    const { packages } = lockSchema.parse(JSON.parse(text));
    const installed = Object.entries(packages).filter(
      ([path, { link }]) => path.includes('node_modules/') && link !== true,
    );
    return JSON.stringify(installed);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return text;
    throw error;
  }
}
