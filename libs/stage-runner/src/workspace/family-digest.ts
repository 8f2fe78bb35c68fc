import { readdir } from 'node:fs/promises';
import { DiagnosticError } from '@immutablue/diagnostics';
import { join } from 'node:path';
import { readFolder, scanTree, findTrees } from '@immutablue/overrides';
import { sha256 } from '@immutablue/plan';

/** What npm and builds leave in a variant's folder. */
const LEFT = /^(dist|node_modules)(\/|$)/;

/**
 * A digest over all that the folders of variants hold, comments and what is wrong included: for what says what is in these files,
 * with their lines, and nothing of an image. Hexadecimal.
 *
 * @param directory absolute path of the folder that holds the variants' folders.
 */
export async function familyDigest(directory: string): Promise<string> {
  const parts: unknown[] = [];
  for (const { name } of (await readdir(directory, { withFileTypes: true })).filter((entry) => entry.isDirectory())) {
    const anchor = join(directory, name);
    const { content, diagnostics } = await readFolder({
      anchor,
      isLeftOut: (path) => LEFT.test(path) || path === 'artifacts',
    });
    parts.push(name, content.entries, diagnostics, await scansOf(anchor, name));
  }
  return sha256(JSON.stringify(parts));
}

/** Override trees with modes, of which a folder's content has those alone that git keeps. What cannot be scanned counts as its fault. */
async function scansOf(anchor: string, variant: string): Promise<unknown> {
  try {
    const scans = [];
    for (const tree of await findTrees(anchor, variant)) scans.push(await scanTree(tree));
    return scans;
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics;
    throw error;
  }
}
