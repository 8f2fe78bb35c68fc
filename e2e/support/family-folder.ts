import { chmod, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { FamilyFile } from '../../testing/family-edits';

/**
 * Makes the folders of variants hold these files and no others of a person; what builds leave there, `dist`, stays.
 *
 * @param folders names of the variants' folders.
 */
export async function writeFamily(
  directory: string,
  folders: readonly string[],
  files: readonly FamilyFile[],
): Promise<void> {
  for (const folder of folders) {
    for (const part of ['artifacts', 'build', 'deps', 'files', 'variant.yaml', 'packages.yaml']) {
      await rm(join(directory, folder, part), { recursive: true, force: true });
    }
  }
  for (const { path, node } of files) {
    const file = join(directory, path);
    await mkdir(dirname(file), { recursive: true, mode: 0o755 });
    switch (node.type) {
      case 'file':
        await writeFile(file, node.content);
        await chmod(file, parseInt(node.mode, 8));
        break;
      case 'symlink':
        await symlink(node.target, file);
        break;
      case 'empty-directory':
        await mkdir(file, { recursive: true });
        await chmod(file, parseInt(node.mode, 8));
        break;
    }
  }
}
