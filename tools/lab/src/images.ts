import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  commitArgv,
  fromArgv,
  labelArgv,
  removeContainer,
  runArgv,
  tagImage,
  toImageId,
  type ImageId,
} from '@immutablue/oci';
import { platformOf, type Architecture } from '@immutablue/variant';
import { z } from 'zod';
import { describeArtifact, inWorkDirectory, type Artifact } from './artifact';
import { mortalArgv } from './contained';
import { runInStep, type LabContext, type StepContext } from './context';
import { type LabTarget, type UpstreamDemand } from './demand';
import { writeLayout } from './oci-layout';
import { type LabPaths } from './paths';
import { step } from './progress';
import { readRootLayer } from './root-filesystem';
import { LAB_TIMESTAMP } from './rpm-build';
import { LAB_CONTAINERS, LAB_IMAGES, listLabImages, RECIPE_LABEL, removeImage, type StoredImage } from './store';

/** An image that the lab makes. The artifact in the cache says which image of the store it is. */
export interface LabImage {
  readonly artifact: Artifact;
  readonly reference: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Raise it when the same packages on the same root filesystem are to become another image. */
const VERSION = 1;

/** Where the packages to be installed are in the container. */
const PACKAGES_MOUNT = '/run/immutablue-lab';

const recordSchema = z.object({ imageId: z.string().transform(toImageId) });

/** The image with nothing but the root filesystem; all upstream images of its architecture share its layer. */
export function describeRootImage(paths: LabPaths, root: Artifact, architecture: Architecture): LabImage {
  return describeImage(paths, {
    title: `image of the root filesystem ${architecture}`,
    reference: `${LAB_IMAGES}root:${architecture}-${root.hash}`,
    recipe: { version: VERSION, root: root.hash },
    labels: { 'org.opencontainers.image.title': `Immutablue lab root filesystem, ${architecture}` },
  });
}

/** The image that stands in for an upstream image. */
export function describeUpstreamImage(
  paths: LabPaths,
  root: LabImage,
  preinstalled: Artifact,
  upstream: UpstreamDemand,
  target: LabTarget,
): LabImage {
  return describeImage(paths, {
    title: `upstream image ${upstream.labReference}`,
    reference: upstream.labReference,
    recipe: { version: VERSION, root: root.artifact.hash, preinstalled: preinstalled.hash, target: { ...target } },
    labels: {
      'containers.bootc': '1',
      'org.opencontainers.image.title': `Immutablue lab stand-in for ${upstream.reference}`,
      'org.opencontainers.image.version': target.release,
    },
  });
}

interface ImageDescription {
  readonly title: string;
  readonly reference: string;
  readonly recipe: Parameters<typeof describeArtifact>[3];
  readonly labels: Readonly<Record<string, string>>;
}

function describeImage(paths: LabPaths, { title, reference, recipe, labels }: ImageDescription): LabImage {
  const artifact = describeArtifact(paths, 'images', title, { reference, recipe, labels: { ...labels } });
  return { artifact, reference, labels: { 'io.immutablue.lab': '1', ...labels, [RECIPE_LABEL]: artifact.hash } };
}

/** The image's ID when the store has exactly the image that this recipe made, under its name. */
export async function findLabImage(image: LabImage, stored: readonly StoredImage[]): Promise<ImageId | undefined> {
  const named = stored.find(({ names }) => names.includes(image.reference));
  if (named === undefined) return undefined;
  try {
    const record = await readFile(join(image.artifact.directory, 'image.json'), 'utf8');
    return recordSchema.parse(JSON.parse(record)).imageId === named.id ? named.id : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Brings the root filesystem into the store, unless it is there. */
export async function ensureRootImage(
  context: LabContext,
  image: LabImage,
  root: Artifact,
  architecture: Architecture,
): Promise<ImageId> {
  return await ensureImage(context, image, async (stepContext, work) => {
    const layout = join(work, 'layout');
    await writeLayout(layout, await readRootLayer(root), {
      architecture: ociArchitecture(architecture),
      labels: image.labels,
      created: LAB_TIMESTAMP,
    });
    await runInStep(
      stepContext,
      mortalArgv(['skopeo', 'copy', '--quiet', `oci:${layout}`, `containers-storage:${image.reference}`]),
      { environment: { TMPDIR: work } },
    );
    const imported = (await listLabImages()).find(({ names }) => names.includes(image.reference));
    if (imported === undefined) throw new Error(`skopeo did not bring \`${image.reference}\` into the store`);
    return imported.id;
  });
}

/** Makes the image of an upstream from the image of its root filesystem, unless it is there. */
export async function ensureUpstreamImage(
  context: LabContext,
  image: LabImage,
  root: LabImage,
  preinstalled: Artifact,
): Promise<ImageId> {
  return await ensureImage(context, image, async (stepContext, work) => {
    const container = `${LAB_CONTAINERS}${image.artifact.hash}`;
    const buildah = (argv: Parameters<typeof mortalArgv>[0]) =>
      runInStep(stepContext, mortalArgv(argv), { environment: { TMPDIR: work } });
    try {
      await buildah(fromArgv(root.reference, container));
      const mounts = [{ source: preinstalled.directory, target: PACKAGES_MOUNT, access: 'read-only' }] as const;
      for (const command of INSTALL) await buildah(runArgv({ container, command, mounts }));
      await buildah(runArgv({ container, command: CLEAN_UP }));
      await buildah(labelArgv(container, image.labels));
      const { stdout } = await buildah(commitArgv(container, LAB_TIMESTAMP));
      return toImageId(stdout.trim().split('\n').at(-1) ?? '');
    } finally {
      await removeContainer(container);
    }
  });
}

const INSTALL = [
  ['rpm', '--import', `${PACKAGES_MOUNT}/RPM-GPG-KEY`],
  ['rpm', '--install', '--quiet', `${PACKAGES_MOUNT}/rpms/*.rpm`],
] as const;

/** Removes the mount point and rpm's temporary files. buildah mounts a marker of its own and takes it away again. */
const CLEAN_UP = 'find /run /tmp /var/tmp -xdev -mindepth 1 ! -name .containerenv -delete'.split(' ');

async function ensureImage(
  context: LabContext,
  image: LabImage,
  make: (context: StepContext, work: string) => Promise<ImageId>,
): Promise<ImageId> {
  const before = await listLabImages();
  const found = await findLabImage(image, before);
  if (found !== undefined) return found;
  return await step(context, image.artifact.title, (stepContext) =>
    inWorkDirectory(context, 'image', async (work) => {
      const imageId = await make(stepContext, work);
      await tagImage(imageId, image.reference);
      await writeRecord(image.artifact, work, imageId);
      await removeReplaced(before, image.reference, imageId);
      return imageId;
    }),
  );
}

async function writeRecord({ directory }: Artifact, work: string, imageId: ImageId): Promise<void> {
  const record = join(work, 'image.json');
  await writeFile(record, JSON.stringify({ imageId }));
  await mkdir(dirname(join(directory, 'image.json')), { recursive: true });
  await rename(record, join(directory, 'image.json'));
}

/** The image that had the name before and has no other would only take space. */
async function removeReplaced(before: readonly StoredImage[], reference: string, imageId: ImageId): Promise<void> {
  const replaced = before.find(({ names }) => names.includes(reference));
  if (replaced === undefined || replaced.id === imageId || replaced.names.length > 1) return;
  await removeImage(replaced.id);
}

function ociArchitecture(architecture: Architecture): string {
  return platformOf(architecture).slice('linux/'.length);
}
