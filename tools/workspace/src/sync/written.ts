import type { Tree } from '@nx/devkit';
import { format, resolveConfig } from 'prettier';

/** Files of JSON that are written from the sources. */
export interface WrittenFolder {
  /** A folder that has nothing but such files. */
  readonly folder: string;
  readonly files: ReadonlyMap<string, unknown>;
}

/** Writes files that are not as they are to be, and removes those that are no more. @returns their paths. */
export async function writeFiles(tree: Tree, { folder, files }: WrittenFolder): Promise<readonly string[]> {
  const changed: string[] = [];
  for (const [path, content] of files) {
    const options = await resolveConfig(`${tree.root}/${path}`);
    const text = await format(JSON.stringify(content), { ...options, filepath: path });
    if (tree.read(path, 'utf8') === text) continue;
    tree.write(path, text);
    changed.push(path);
  }
  const surplus = tree.children(folder).map((name) => `${folder}/${name}`);
  for (const path of surplus) {
    if (files.has(path)) continue;
    tree.delete(path);
    changed.push(path);
  }
  return changed;
}
