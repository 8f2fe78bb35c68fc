import type { Tree } from '@nx/devkit';
import { format, resolveConfig } from 'prettier';

/** Files of JSON, by their paths in the workspace. */
export type JsonFiles = ReadonlyMap<string, unknown>;

/** Writes the files that are not as they are to be. @returns their paths. */
export async function writeFiles(tree: Tree, files: JsonFiles): Promise<readonly string[]> {
  const changed: string[] = [];
  for (const [path, content] of files) {
    const options = await resolveConfig(`${tree.root}/${path}`);
    const text = await format(JSON.stringify(content), { ...options, filepath: path });
    if (isSame(tree.read(path, 'utf8'), content)) continue;
    tree.write(path, text);
    changed.push(path);
  }
  return changed;
}

/** How a file is laid out is Prettier's matter, and its author's. */
function isSame(text: string | null, content: unknown): boolean {
  if (text === null) return false;
  try {
    return JSON.stringify(JSON.parse(text)) === JSON.stringify(content);
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

/** Removes what is in a folder besides the files. @returns their paths. */
export function removeOthers(tree: Tree, folder: string, files: JsonFiles): readonly string[] {
  const others = tree
    .children(folder)
    .map((name) => `${folder}/${name}`)
    .filter((path) => !files.has(path));
  for (const path of others) tree.delete(path);
  return others;
}
