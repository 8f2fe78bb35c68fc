import type { RootFilesystem, RootNode } from '@immutablue/overrides';

/** What is directly in a directory; nothing when there is no such directory. */
export async function listIfThere(root: RootFilesystem, path: string): Promise<readonly RootNode[]> {
  return (await isDirectory(root, path)) ? root.list(path) : [];
}

/** All that is below a directory; nothing when there is no such directory. */
export async function* walkIfThere(root: RootFilesystem, path: string): AsyncGenerator<RootNode, void, void> {
  if (await isDirectory(root, path)) yield* root.walk(path);
}

/** The text of the files with this ending in each directory; a file hides those of the same name in later directories. */
export async function readDropIns(
  root: RootFilesystem,
  directories: readonly string[],
  ending: string,
): Promise<readonly string[]> {
  const files = new Map<string, string>();
  for (const directory of directories) {
    for (const { path, type } of await listIfThere(root, directory)) {
      const name = path.slice(path.lastIndexOf('/') + 1);
      if (!name.endsWith(ending) || files.has(name) || type === 'directory' || !(await isFile(root, path))) continue;
      files.set(name, (await root.readFile(path)).toString());
    }
  }
  return [...files.values()];
}

/** Whether following `path` leads to a directory. */
export async function isDirectory(root: RootFilesystem, path: string): Promise<boolean> {
  return (await root.exists(path)) && (await root.resolve(path)).type === 'directory';
}

/** Whether following `path` leads to a regular file. */
export async function isFile(root: RootFilesystem, path: string): Promise<boolean> {
  return (await root.exists(path)) && (await root.resolve(path)).type === 'file';
}
