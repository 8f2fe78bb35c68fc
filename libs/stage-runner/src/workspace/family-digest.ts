import { DiagnosticError } from '@immutablue/diagnostics';
import { join, relative } from 'node:path';
import { foldersIn } from '@immutablue/oci';
import { readFolder, scanTree, findTrees } from '@immutablue/overrides';
import { sha256 } from '@immutablue/plan';

/** What npm, builds and the type check of its tests leave in a variant's folder. */
const LEFT = /^(dist|node_modules|tests\/dist)(\/|$)/;

/**
 * A digest over all that the folders of variants hold, comments and what is wrong included: for what says what is in these files,
 * with their lines, and nothing of an image. Hexadecimal; the same wherever the workspace is.
 *
 * @param directory absolute path of the folder that holds the variants' folders.
 */
export async function familyDigest(directory: string): Promise<string> {
  const parts: unknown[] = [];
  for (const name of await foldersIn(directory)) {
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
    for (const tree of await findTrees(anchor, variant)) {
      const { manifest, diagnostics } = await scanTree(tree);
      const place = relative(anchor, tree.directory);
      const entries = manifest.entries.map((entry) => ({ ...entry, source: undefined, tree: place }));
      scans.push(place, entries, diagnostics);
    }
    return scans;
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics;
    throw error;
  }
}
