import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { addTinyImage, TINY_IMAGE } from './tiny-image';
import { createStore } from './store';
import { createWorkspace, type Workspace } from './workspace';

/** Makes the layout of a tiny upstream image in `scratch`: what machines that share nothing load by the same bytes. */
export async function makeUpstream(scratch: string): Promise<string> {
  const layout = join(scratch, 'upstream');
  const store = await createStore(join(scratch, 'store'), undefined, 'none');
  try {
    await addTinyImage(store, join(scratch, 'tiny'), TINY_IMAGE);
    await store.run('skopeo', 'copy', '--quiet', `containers-storage:${TINY_IMAGE}`, `oci:${layout}`);
  } finally {
    await store.shutDown();
  }
  return layout;
}

/** What nx.json says of a machine's registry; see docs/registry-cache.md. */
export interface MachineOptions {
  readonly publicKey: string;
  readonly cache?: Readonly<Record<string, string>>;
}

/** A clone of this workspace with a store, a cache and an Nx cache of its own: nothing is shared with other machines. */
export async function createMachine(upstream: string, { publicKey, cache }: MachineOptions): Promise<Workspace> {
  const machine = await createWorkspace('linked', 'none');
  await machine.store.run('skopeo', 'copy', '--quiet', `oci:${upstream}`, `containers-storage:${TINY_IMAGE}`);
  await machine.write('signing.pub', publicKey);
  const nxJson = JSON.parse(await readFile(join(machine.root, 'nx.json'), 'utf8')) as {
    plugins: (string | { options: object })[];
  };
  for (const plugin of nxJson.plugins) {
    if (typeof plugin === 'object') Object.assign(plugin.options, { signing: { publicKey: 'signing.pub' }, cache });
  }
  await machine.write('nx.json', JSON.stringify(nxJson));
  return machine;
}
