import { readdir } from 'node:fs/promises';
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
    // With modes, of which a folder has those alone that git keeps.
    const trees = [];
    for (const tree of await findTrees(anchor, name)) trees.push(await scanTree(tree));
    parts.push(name, content.entries, diagnostics, trees);
  }
  return sha256(JSON.stringify(parts));
}
