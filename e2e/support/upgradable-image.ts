import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { createLabContext, ensureRegistryClients } from '@immutablue/lab';
import { runCommand } from '@immutablue/oci';
import { commitRoot, makeTinyRoot } from './tiny-image';
import { createWorkspace, type Workspace } from './workspace';

/** What a variant says it is from to stand on an image whose hosts can pull their upgrades, and how that is called on the lab. */
export const UPGRADABLE = 'quay.io/e2e/upgradable';
const UPGRADABLE_IMAGE = 'localhost/immutablue-lab/e2e/upgradable:44';

/** A policy as distributions ship it: everything is taken. */
const POLICY = '{ "default": [{ "type": "insecureAcceptAnything" }] }\n';

/** A scratch workspace with {@link addUpgradableImage}'s image. */
export async function createUpgradableWorkspace(): Promise<Workspace> {
  const workspace = await createWorkspace();
  await addUpgradableImage(workspace);
  return workspace;
}

/** Brings a tiny image into a workspace's store that has skopeo, as bootable images have it. */
export async function addUpgradableImage({ root, store }: Workspace): Promise<void> {
  const scratch = join(root, 'tmp', 'upgradable');
  await makeTinyRoot(scratch);
  const { skopeo } = await ensureRegistryClients(createLabContext({ workspaceRoot: root }));
  await addProgram(scratch, skopeo);
  await mkdir(join(scratch, 'etc/containers'), { recursive: true });
  await writeFile(join(scratch, 'etc/containers/policy.json'), POLICY);
  await mkdir(join(scratch, 'var/tmp'), { recursive: true });
  await commitRoot(store, scratch, UPGRADABLE_IMAGE);
}

/** Puts a program that is started by its own loader into a root filesystem, with its libraries. */
async function addProgram(root: string, argv: readonly [string, ...string[]]): Promise<void> {
  const [loader, flag = '', libraries = '', program = ''] = argv;
  const folder = '/usr/lib/skopeo';
  await mkdir(join(root, folder), { recursive: true });
  const { stdout } = await runCommand([loader, flag, libraries, '--list', program]);
  const files = [...stdout.matchAll(/\/\S+(?= \()/g)].map(([file]) => file);
  for (const file of [loader, program, ...files]) await copyFile(file, join(root, folder, basename(file)));
  const start = `exec ${folder}/${basename(loader)} --library-path ${folder} ${folder}/${basename(program)} "$@"`;
  await writeFile(join(root, 'usr/bin/skopeo'), `#!/usr/bin/sh\n${start}\n`, { mode: 0o755 });
}
