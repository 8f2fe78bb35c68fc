import { join } from 'node:path';
import { storageUserId, tagImage, toImageId, type ImageId, readIfThere, writeAtomically } from '@immutablue/oci';
import { z } from 'zod';
import { readImageRecord } from '../record';

/** What builds of a variant have left in the store. */
export const storeStateSchema = z.strictObject({
  /** How often something was found missing. */
  generation: z.number().int().nonnegative(),
  /** The image of each name after its last build. */
  images: z.record(z.string(), z.string()),
  /** All images that were built: an edit that is taken back has Nx restore the record of an earlier one. */
  built: z.array(z.string()).default([]),
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
  const state = await readState(workspaceRoot, variant);
  const next: StoreState = {
    ...state,
    images: { ...state.images, [reference]: image },
    built: [...new Set([...state.built, image])],
  };
  await writeAtomically(storeStatePath(workspaceRoot, variant), `${JSON.stringify(next)}\n`);
}

/** Notes an image that has no name of its own to keep: that of a dep-builder. */
export async function noteBuilt(workspaceRoot: string, variant: string, image: ImageId): Promise<void> {
  const state = await readState(workspaceRoot, variant);
  const next: StoreState = { ...state, built: [...new Set([...state.built, image])] };
  await writeAtomically(storeStatePath(workspaceRoot, variant), `${JSON.stringify(next)}\n`);
}

async function readState(workspaceRoot: string, variant: string): Promise<StoreState> {
  const text = await readIfThere(storeStatePath(workspaceRoot, variant));
  return text === undefined ? { generation: 0, images: {}, built: [] } : storeStateSchema.parse(JSON.parse(text));
}

/**
 * Gives an image its name back. When an edit is taken back, Nx restores the record of the earlier build without running
 * anything, and the name still stands for the image of the later one.
 */
export async function settleName(workspaceRoot: string, variantDirectory: string): Promise<void> {
  const record = await readImageRecord(variantDirectory);
  if (record === undefined) return;
  const noted = (await readState(workspaceRoot, record.variant)).images[record.reference];
  if (noted === undefined || noted === record.imageId) return;
  const image = toImageId(record.imageId);
  await tagImage(image, record.reference);
  await noteImage(workspaceRoot, record.variant, record.reference, image);
}
