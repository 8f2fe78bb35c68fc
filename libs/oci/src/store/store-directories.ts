import { homedir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { readIfThere } from '../files/read-text';
import { retryOnSigterm } from '../process/retry-on-sigterm';

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
  /** The storage driver's own: a folder for each layer. */
  readonly driver: string;
  /** `own`: the store of this user; `below`: one that it is on top of, and cannot change. */
  readonly access: 'own' | 'below';
}

/** This user's store, then those that it is on top of. */
export type Stores = readonly [own: StoreDirectories, ...below: StoreDirectories[]];

/** The environment variables that decide where a user's store is; containers-storage.conf(5). */
const VARIABLES = [
  ...['CONTAINERS_STORAGE_CONF', 'STORAGE_DRIVER', 'STORAGE_OPTS'],
  ...['HOME', 'XDG_CONFIG_HOME', 'XDG_DATA_HOME', 'XDG_RUNTIME_DIR'],
];

/** By the environment and the configuration: a build needs them dozens of times, and each time buildah would take 25 ms. */
const answers = new Map<string, Promise<Stores>>();

/** The directories of this user's store, then those of the stores that it is on top of. */
export async function storeDirectories(): Promise<Stores> {
  const key = JSON.stringify([VARIABLES.map((name) => process.env[name]), await readConfiguration()]);
  const known = answers.get(key);
  if (known !== undefined) return known;
  const asked = askBuildah();
  answers.set(key, asked);
  asked.catch(() => answers.delete(key));
  return asked;
}

/** The files that configure containers-storage, of the system and of the user; containers-storage.conf(5). */
function readConfiguration(): Promise<readonly (string | undefined)[]> {
  const own = process.env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config');
  const files = ['/usr/share', '/etc', own].map((folder) => join(folder, 'containers', 'storage.conf'));
  const named = process.env['CONTAINERS_STORAGE_CONF'];
  return Promise.all([...files, ...(named === undefined ? [] : [named])].map(readIfThere));
}

async function askBuildah(): Promise<Stores> {
  return directoriesIn((await retryOnSigterm(['buildah', 'info'])).stdout);
}

function directoriesIn(answer: string): Stores {
  const { store } = infoSchema.parse(JSON.parse(answer));
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
