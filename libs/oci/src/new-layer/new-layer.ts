import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, chown, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { namesIn } from '../files';
import { sortedLabels, storeImage } from '../layers/image-layout';
import { layerSizes } from '../layers/read-layers';
import { runCommand, type CommandOptions } from '../process';
import { toDigest, type Digest, type ImageId } from '../reference';
import { retryOnSigterm } from '../run-through';
import { readImageConfig } from '../store/image-config';
import { lowerLayers, workDirectory, type LowerLayers } from './lower-layers';
import { findOpaque, scanUpper, markOpaque, markRemoved } from './whiteouts';

/** A layer in the making, on top of an image: overlayfs and nothing else. */
export interface NewLayer {
  readonly name: string;
  readonly image: ImageId;
  /** Where the root filesystem is mounted. */
  readonly mountPoint: string;
  readonly directory: string;
  readonly lower: LowerLayers;
}

/** How the image of a new layer differs from the one below, besides the layer. */
export interface NewLayerCommit {
  /** Set beside the labels of the image below. */
  readonly labels: Readonly<Record<string, string>>;
  /** Of the image and of all files in the layer: seconds since 1970, for reproducible images. */
  readonly created: number;
  /** What the image's history says of the layer. */
  readonly createdBy: string;
  /** The name that the image gets, if the layer removes nothing of the layers below. */
  readonly reference?: string;
}

/**
 * Mounts an image's root filesystem to be changed, without a working container: for work on files alone, which is done in less
 * time than buildah takes to make, mount and commit a container. {@link discardLayer} ends it.
 *
 * @param name unique on this machine; what is left behind by a process that was killed is found by it.
 * @returns undefined where that is not possible: then it takes a container.
 */
export async function beginLayer(
  image: ImageId,
  name: string,
  options?: CommandOptions,
): Promise<NewLayer | undefined> {
  const [lower, parent] = [await lowerLayers(image), await workDirectory()];
  if (lower === undefined || parent === undefined) return undefined;
  const directory = join(parent, name);
  const { mountPoint, upper, work } = placesIn(directory);
  const mountOptions = [
    `lowerdir=${lower.paths.join(':')}`,
    `upperdir=${upper},workdir=${work}`,
    // What these would leave is no layer.
    'redirect_dir=off,metacopy=off,index=off',
  ].join(',');
  if (mountOptions.length >= PAGE_BYTES || [directory, ...lower.paths].some(needsQuotes)) return undefined;
  // Files of the image are in it with their modes: nobody else may come near.
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const layer: NewLayer = { name, image, mountPoint, directory, lower };
  try {
    for (const folder of [mountPoint, upper, work]) await mkdir(folder);
    const root = await stat(resolve(lower.driver, lower.paths[0]));
    await chown(upper, root.uid, root.gid);
    await chmod(upper, root.mode & 0o7777);
    await runCommand(['mount', '-t', 'overlay', '-o', mountOptions, 'overlay', mountPoint], {
      ...options,
      cwd: lower.driver,
      // The newer calls for mounts take 256 bytes for an option.
      environment: { LIBMOUNT_FORCE_MOUNT2: 'always' },
    });
  } catch (error) {
    await discardLayer(layer);
    throw error;
  }
  return layer;
}

/** What mount(2) takes of options. */
const PAGE_BYTES = 4096;

/** What separates options and layers would have to be quoted, for mount and for overlayfs. */
function needsQuotes(path: string): boolean {
  return /[,:\\]/.test(path);
}

/** Makes an image of the one below and the new layer, which can only be discarded then. */
export async function commitLayer(layer: NewLayer, commit: NewLayerCommit, options?: CommandOptions): Promise<ImageId> {
  const { upper, archive, layout } = placesIn(layer.directory);
  const { removed, directories } = await scanUpper(upper);
  if (removed.length > 0) {
    // What is mounted may not be changed from below.
    await unmount(layer);
    await markRemoved(removed);
  }
  const [opaque, base, sizes] = await Promise.all([
    findOpaque(upper, directories, layer.lower, options),
    readImageConfig(layer.image),
    layerSizes(),
    writeArchive(upper, archive, commit.created, options),
    unmount(layer),
  ]);
  if (opaque.length > 0) {
    for (const path of opaque) await markOpaque(upper, path);
    await writeArchive(upper, archive, commit.created, options);
  }
  const [digest, { size }] = await Promise.all([digestOf(archive), stat(archive)]);
  const created = new Date(commit.created * 1000).toISOString().replace(/\.000Z$/, 'Z');
  const config = {
    ...base,
    created,
    config: { ...base.config, Labels: sortedLabels({ ...base.config?.Labels, ...commit.labels }) },
    rootfs: { ...base.rootfs, diff_ids: [...base.rootfs.diff_ids, digest] },
    history: [...(base.history ?? []), { created, created_by: commit.createdBy }],
  };
  const below = base.rootfs.diff_ids.map(toDigest).map((diffId) => ({ digest: diffId, size: sizes.get(diffId) ?? 0 }));
  const removesNothing = removed.length + opaque.length === 0;
  const named = commit.reference === undefined || !removesNothing ? {} : { reference: commit.reference };
  await mkdir(layout);
  return storeImage({ config, layers: [...below, { digest, size, archive }], ...named }, layout, options);
}

/** Unmounts and removes what there is of a new layer. */
export async function discardLayer(layer: Pick<NewLayer, 'directory'>): Promise<void> {
  await unmount(layer);
  await rm(layer.directory, { recursive: true, force: true });
}

/** The new layers of this user's store that are being made, or were left behind. */
export async function listNewLayers(): Promise<readonly Pick<NewLayer, 'name' | 'directory'>[]> {
  const parent = await workDirectory();
  if (parent === undefined) return [];
  return (await namesIn(parent)).map((name) => ({ name, directory: join(parent, name) }));
}

function placesIn(directory: string) {
  const place = (name: string) => join(directory, name);
  return {
    mountPoint: place('root'),
    upper: place('upper'),
    work: place('work'),
    archive: place('layer.tar'),
    layout: place('layout'),
  };
}

async function unmount({ directory }: Pick<NewLayer, 'directory'>): Promise<void> {
  const { mountPoint } = placesIn(directory);
  if (await isMounted(mountPoint, directory)) await retryOnSigterm(['umount', mountPoint]);
}

/** What is mounted is a file system of its own. */
async function isMounted(mountPoint: string, directory: string): Promise<boolean> {
  try {
    return (await stat(mountPoint)).dev !== (await stat(directory)).dev;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

/** The same files give the same archive, whoever writes it and when: https://reproducible-builds.org/docs/archives/ */
async function writeArchive(upper: string, archive: string, created: number, options?: CommandOptions): Promise<void> {
  const flags = [
    ...['--format=posix', '--pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime'],
    ...['--sort=name', `--mtime=@${created}`, '--numeric-owner'],
    // Which attributes belong to a file, and not to this machine, is what containers-storage says, too.
    ...['--xattrs', '--xattrs-include=security.capability', '--xattrs-include=user.*'],
  ];
  await runCommand(
    ['tar', '--create', `--file=${archive}`, ...flags, '--null', `--directory=${upper}`, '--files-from=-'],
    { ...options, input: (await readdir(upper)).sort().join('\0') },
  );
}

async function digestOf(file: string): Promise<Digest> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return toDigest(`sha256:${hash.digest('hex')}`);
}
