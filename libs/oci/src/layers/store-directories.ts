import { join } from 'node:path';
import { z } from 'zod';
import { runCommand } from '../process';

const infoSchema = z.object({
  store: z.object({
    GraphRoot: z.string(),
    GraphDriverName: z.string(),
    /** `overlay.imagestore=<path>` for each store of images that is used besides. */
    GraphOptions: z.array(z.string()).nullish(),
  }),
});

const IMAGE_STORE = /^\w+\.imagestore=(?<path>.+)$/;

/** Where containers-storage keeps its records of layers and images. */
export interface StoreDirectories {
  readonly layers: string;
  readonly images: string;
  /** `own`: the store of this user; `below`: one that it is on top of, and cannot change. */
  readonly access: 'own' | 'below';
}

/** The directories of this user's store, then those of the stores that it is on top of. */
export async function storeDirectories(): Promise<StoreDirectories[]> {
  const { store } = infoSchema.parse(JSON.parse((await runCommand(['buildah', 'info'])).stdout));
  const others = (store.GraphOptions ?? []).flatMap((option) => IMAGE_STORE.exec(option)?.groups?.['path'] ?? []);
  const directories = (root: string, access: StoreDirectories['access']): StoreDirectories => ({
    layers: join(root, `${store.GraphDriverName}-layers`),
    images: join(root, `${store.GraphDriverName}-images`),
    access,
  });
  return [directories(store.GraphRoot, 'own'), ...others.map((root) => directories(root, 'below'))];
}
