import { join } from 'node:path';
import { z } from 'zod';
import { runThrough } from '../run-through';

const infoSchema = z.object({
  store: z.object({
    GraphRoot: z.string(),
    GraphDriverName: z.string(),
    /** `overlay.imagestore=<path>` for each store of images that is used besides. */
    GraphOptions: z.array(z.string()).nullish(),
  }),
});

const IMAGE_STORE = /^\w+\.imagestore=(?<path>.+)$/;

/** Where containers-storage keeps its records of layers, images and containers. */
export interface StoreDirectories {
  readonly layers: string;
  readonly images: string;
  readonly containers: string;
  /** What its driver has of layers: a folder for each. */
  readonly driver: string;
  /** `own`: the store of this user; `below`: one that it is on top of, and cannot change. */
  readonly access: 'own' | 'below';
}

/** What decides where a user's store is, besides files; containers-storage.conf(5). */
const DECISIVE = [
  ...['CONTAINERS_STORAGE_CONF', 'STORAGE_DRIVER', 'STORAGE_OPTS'],
  ...['HOME', 'XDG_CONFIG_HOME', 'XDG_DATA_HOME', 'XDG_RUNTIME_DIR'],
];

/** What buildah has answered in this process, which asks many times, by the environment that it was asked in. */
const answers = new Map<string, Promise<readonly StoreDirectories[]>>();

/** The directories of this user's store, then those of the stores that it is on top of. */
export function storeDirectories(): Promise<readonly StoreDirectories[]> {
  const environment = JSON.stringify(DECISIVE.map((name) => process.env[name]));
  const known = answers.get(environment);
  if (known !== undefined) return known;
  const asked = askBuildah();
  answers.set(environment, asked);
  // What was missing may be there the next time.
  asked.catch(() => answers.delete(environment));
  return asked;
}

async function askBuildah(): Promise<readonly StoreDirectories[]> {
  const { store } = infoSchema.parse(JSON.parse((await runThrough(['buildah', 'info'])).stdout));
  const others = (store.GraphOptions ?? []).flatMap((option) => IMAGE_STORE.exec(option)?.groups?.['path'] ?? []);
  const directories = (root: string, access: StoreDirectories['access']): StoreDirectories => ({
    layers: join(root, `${store.GraphDriverName}-layers`),
    images: join(root, `${store.GraphDriverName}-images`),
    containers: join(root, `${store.GraphDriverName}-containers`),
    driver: join(root, store.GraphDriverName),
    access,
  });
  return [directories(store.GraphRoot, 'own'), ...others.map((root) => directories(root, 'below'))];
}
