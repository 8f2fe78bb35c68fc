import { cp, lstat, mkdir, readdir, readlink, symlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { createLabContext, findLab, readRequest } from '@immutablue/lab';
import { runCommand, statIfThere } from '@immutablue/oci';

/** The workspace whose tests these are. */
export const WORKSPACE = resolve(__dirname, '..', '..');

/** How a copy of the workspace gets its node_modules: copied they can be read by another user. */
export type NodeModules = 'linked' | 'copied';

/** Copies the workspace as it is now, committed or not, without what git ignores. */
export async function copyWorkspace(destination: string, nodeModules: NodeModules): Promise<void> {
  const argv = ['git', 'ls-files', '--cached', '--others', '--exclude-standard', '-z'] as const;
  const { stdout } = await runCommand([...argv], { cwd: WORKSPACE });
  for (const file of new Set(stdout.split('\0').filter((name) => name !== ''))) {
    const source = join(WORKSPACE, file);
    // A file that was deleted is still listed until that is committed.
    if ((await statIfThere(source)) === undefined) continue;
    await mkdir(dirname(join(destination, file)), { recursive: true });
    await cp(source, join(destination, file), { verbatimSymlinks: true });
  }
  await bringNodeModules(destination, nodeModules);
}

/** The installed packages; those of the workspace itself are links to the copies, so that edits there count. */
async function bringNodeModules(destination: string, nodeModules: NodeModules): Promise<void> {
  await bringEntries('node_modules', destination, nodeModules);
  const own = join('node_modules', '@immutablue');
  await mkdir(join(destination, own));
  for (const name of await readdir(join(WORKSPACE, own))) {
    await symlink(await readlink(join(WORKSPACE, own, name)), join(destination, own, name));
  }
  // Where npm could not lift a version to the top it stands in the package that needs it.
  for (const room of ['libs', 'packages', 'tools']) {
    for (const name of await readdir(join(WORKSPACE, room))) {
      const nested = join(room, name, 'node_modules');
      if ((await statIfThere(join(WORKSPACE, nested))) !== undefined)
        await bringEntries(nested, destination, nodeModules);
    }
  }
}

/** What is in a node_modules folder. The folder itself must not be a link: git would not ignore that. */
async function bringEntries(folder: string, destination: string, nodeModules: NodeModules): Promise<void> {
  await mkdir(join(destination, folder), { recursive: true });
  // What was compiled there is from the sources there.
  const own = ['@immutablue', '.cache'];
  const names = (await readdir(join(WORKSPACE, folder))).filter((name) => !own.includes(name));
  for (const name of names) {
    const [source, target] = [join(WORKSPACE, folder, name), join(destination, folder, name)];
    if (nodeModules === 'linked') await symlink(source, target);
    else await cp(source, target, { recursive: true, verbatimSymlinks: true });
  }
}

/** @throws {Error} when the lab is not up: tests do not spend the minutes that it takes to make it. */
export async function requireLab(): Promise<void> {
  const request = await readRequest(WORKSPACE, { architecture: 'x86_64' });
  const lab = await findLab(createLabContext({ workspaceRoot: WORKSPACE }), request);
  if (lab === undefined) throw new Error('the lab is not up: run `npx nx run lab:up` first');
}

/**
 * Gives the copy in `root` the lab of this machine: its repository, and by links what is in the lab's cache, so that what a
 * test has the lab make besides stays in the test's own cache.
 */
export async function linkLab(root: string, cacheDirectory: string): Promise<void> {
  const context = createLabContext({ workspaceRoot: WORKSPACE });
  for (const kind of await readdir(context.paths.cache)) {
    const artifacts = join(context.paths.cache, kind);
    if (!(await lstat(artifacts)).isDirectory()) continue;
    await mkdir(join(cacheDirectory, 'lab', kind), { recursive: true });
    for (const artifact of await readdir(artifacts)) {
      await symlink(join(artifacts, artifact), join(cacheDirectory, 'lab', kind, artifact));
    }
  }
  const link = join('.immutablue', 'lab', 'repository');
  await mkdir(dirname(join(root, link)), { recursive: true });
  await symlink(await readlink(join(WORKSPACE, link)), join(root, link));
}
