import { copyFile, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runCommand } from '@immutablue/oci';
import type { Store } from './store';
import { createWorkspace, type Workspace } from './workspace';

/** What a variant says it is from to stand on {@link makeTinyRoot}'s image, and how that is called on the lab. */
export const TINY = 'quay.io/e2e/tiny';
export const TINY_IMAGE = 'localhost/immutablue-lab/e2e/tiny:44';

/** Programs of this machine that scripts may use; `sh` and `bash` besides. */
const PROGRAMS = ['bash', 'sh', 'cat', 'id', 'sleep'];

/**
 * Makes a root filesystem of a few megabytes in which scripts run: what the first sub-stage asks for, most of it empty, and
 * some programs of this machine with their libraries. It is for tests about images as such, whose content does not matter.
 */
export async function makeTinyRoot(directory: string): Promise<void> {
  for (const path of ['etc', 'run', 'tmp', 'var', 'sysroot/ostree', 'usr/bin', 'usr/lib', 'usr/lib64']) {
    await mkdir(join(directory, path), { recursive: true });
  }
  for (const [path, target] of Object.entries({
    ostree: 'sysroot/ostree',
    bin: 'usr/bin',
    lib: 'usr/lib',
    lib64: 'usr/lib64',
  })) {
    await symlink(target, join(directory, path));
  }
  for (const path of [
    'usr/lib/modules/6/vmlinuz',
    'usr/lib/modules/6/initramfs.img',
    'usr/bin/dnf',
    'usr/bin/rpm',
    'usr/bin/systemctl',
  ]) {
    await place(path, '');
  }
  // A build mounts the cache of packages there.
  await place('usr/lib/tmpfiles.d/var.conf', 'd /var/cache\n');
  const files = new Set<string>();
  for (const program of PROGRAMS) {
    const { stdout } = await runCommand(['ldd', `/usr/bin/${program}`]);
    for (const [file] of stdout.matchAll(/\/\S+(?= \()/g)) files.add(file);
    files.add(`/usr/bin/${program}`);
  }
  for (const file of files) {
    await mkdir(dirname(join(directory, file)), { recursive: true });
    await copyFile(file, join(directory, file));
  }

  async function place(path: string, content: string): Promise<void> {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), content, { mode: 0o755 });
  }
}

/** A scratch workspace with {@link makeTinyRoot}'s image. */
export async function createTinyWorkspace(): Promise<Workspace> {
  const workspace = await createWorkspace();
  await addTinyImage(workspace.store, join(workspace.root, 'tmp', 'tiny'), TINY_IMAGE);
  return workspace;
}

/** Brings {@link makeTinyRoot}'s image into a store, under the names given. */
export async function addTinyImage(store: Store, scratch: string, ...names: readonly string[]): Promise<void> {
  await makeTinyRoot(scratch);
  await commitRoot(store, scratch, ...names);
}

/** Makes an image of a root filesystem, which is removed. */
export async function commitRoot(store: Store, root: string, ...names: readonly string[]): Promise<void> {
  const container = await store.run('buildah', 'from', 'scratch');
  await store.run('buildah', 'copy', '--quiet', container, root, '/');
  const id = await store.run('buildah', 'commit', '--quiet', '--rm', container);
  for (const name of names) await store.run('buildah', 'tag', id, name);
  await rm(root, { recursive: true });
}
