import { join } from 'node:path';
import {
  storageUserId,
  findImage,
  toImageId,
  type ImageDetails,
  type ImageId,
  readIfThere,
  writeAtomically,
} from '@immutablue/oci';
import { z } from 'zod';
import type { BuildKey } from '../plan/key';

/** Which image of the store each name had after its last build, and how often one of them was found missing. */
export const storeStateSchema = z.strictObject({
  generation: z.number().int().nonnegative(),
  images: z.record(z.string(), z.string()),
});
export type StoreState = z.output<typeof storeStateSchema>;

/** The workspace's notes about this user's containers-storage: root and an ordinary user have one each. */
export function stateDirectory(workspaceRoot: string): string {
  return join(workspaceRoot, '.immutablue', 'state', String(storageUserId()));
}

/** Where the state of a variant's images is; `store-generation.mjs` of the Nx plugin reads and bumps it. */
export function storeStatePath(workspaceRoot: string, variant: string): string {
  return join(stateDirectory(workspaceRoot), 'store', `${variant}.json`);
}

/** Notes that `reference` is `image` now, so that its disappearance is noticed. */
export async function noteImage(
  workspaceRoot: string,
  variant: string,
  reference: string,
  image: ImageId,
): Promise<void> {
  const file = storeStatePath(workspaceRoot, variant);
  const text = await readIfThere(file);
  const state = text === undefined ? { generation: 0, images: {} } : storeStateSchema.parse(JSON.parse(text));
  const next: StoreState = { ...state, images: { ...state.images, [reference]: image } };
  await writeAtomically(file, `${JSON.stringify(next)}\n`);
}

/** The image that was built under this key, if the store still has it. */
export async function imageOfKey(workspaceRoot: string, key: BuildKey): Promise<ImageDetails | undefined> {
  const text = await readIfThere(join(stateDirectory(workspaceRoot), 'builds', key));
  return text === undefined ? undefined : findImage(toImageId(text.trim()));
}

/** Notes which image a key gave. */
export async function noteKey(workspaceRoot: string, key: BuildKey, image: ImageId): Promise<void> {
  await writeAtomically(join(stateDirectory(workspaceRoot), 'builds', key), `${image}\n`);
}
