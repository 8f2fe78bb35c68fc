import { stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { knownAnswer } from '../known-answer';
import { retryOnSigterm } from '../run-through';
import { currentUser } from '../user';
import { storageUserId } from '../user-namespace';

const infoSchema = z.object({
  store: z.object({
    GraphRoot: z.string(),
    GraphDriverName: z.string(),
    /** `overlay.imagestore=<path>` for each store of images that is used besides. */
    GraphOptions: z.array(z.string()).nullish(),
    GraphStatus: z.record(z.string(), z.string()).nullish(),
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
  /** `overlay`: the folder `diff` of a layer is what overlayfs takes and leaves, and nothing has to be translated. */
  readonly layerFormat: 'overlay' | 'other';
  /** `own`: the store of this user; `below`: one that it is on top of, and cannot change. */
  readonly access: 'own' | 'below';
}

/** What decides where a user's store is, besides files; containers-storage.conf(5). */
const DECISIVE = [
  ...['CONTAINERS_STORAGE_CONF', 'STORAGE_DRIVER', 'STORAGE_OPTS'],
  ...['HOME', 'XDG_CONFIG_HOME', 'XDG_DATA_HOME', 'XDG_RUNTIME_DIR'],
];

/** The files that decide it, and folders of such files. */
function decisiveFiles(): readonly string[] {
  const own = process.env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config');
  const folders = ['/usr/share', '/etc', own].map((directory) => join(directory, 'containers'));
  const named = process.env['CONTAINERS_STORAGE_CONF'];
  return [
    ...folders.flatMap((folder) => [folder, join(folder, 'storage.conf.d')]),
    ...(named === undefined ? [] : [named]),
  ];
}

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
  const argv = ['buildah', 'info'] as const;
  const circumstances = [
    ...DECISIVE.map((name) => process.env[name]),
    ...[currentUser().uid, storageUserId()].map(String),
  ];
  const answer = await knownAnswer(
    { argv, files: decisiveFiles(), circumstances },
    async () => (await retryOnSigterm(argv)).stdout,
    // Where no driver is configured, the one is taken that has a store already.
    async (known) => areThere(directoriesIn(known)),
  );
  return directoriesIn(answer);
}

async function areThere(stores: readonly StoreDirectories[]): Promise<boolean> {
  const found = await Promise.allSettled(stores.map(({ images }) => stat(images)));
  return found.every(({ status }) => status === 'fulfilled');
}

function directoriesIn(answer: string): readonly StoreDirectories[] {
  const { store } = infoSchema.parse(JSON.parse(answer));
  const others = (store.GraphOptions ?? []).flatMap((option) => IMAGE_STORE.exec(option)?.groups?.['path'] ?? []);
  // The driver knows whether it may take what overlayfs leaves as it is: not with fuse-overlayfs, redirects or metacopy.
  const isNative = store.GraphDriverName === 'overlay' && store.GraphStatus?.['Native Overlay Diff'] === 'true';
  const directories = (root: string, access: StoreDirectories['access']): StoreDirectories => ({
    layers: join(root, `${store.GraphDriverName}-layers`),
    images: join(root, `${store.GraphDriverName}-images`),
    containers: join(root, `${store.GraphDriverName}-containers`),
    driver: join(root, store.GraphDriverName),
    layerFormat: isNative ? 'overlay' : 'other',
    access,
  });
  return [directories(store.GraphRoot, 'own'), ...others.map((root) => directories(root, 'below'))];
}
