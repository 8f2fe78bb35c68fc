import { join } from 'node:path';
import { readIfThere, writeAtomically, writeImageLayout, type ImageId } from '@immutablue/oci';
import { describeArtifact, inWorkDirectory, type Artifact } from '../cache/artifact';
import { runInStep, type LabContext, type StepContext } from '../context';
import { type LabTarget, type UpstreamDemand } from '../demand';
import { readLayer } from './layer';
import { type LabPaths } from '../cache/paths';
import { step } from '../progress';
import { LAB_TIMESTAMP } from '../packages/timestamp';
import { LAB_LABEL, listLabImages, RECIPE_LABEL, removeImageUnlessUsed, type StoredImage } from './store';
import { ociArchitecture } from '@immutablue/variant';

/** An image that the lab makes. The artifact in the cache says which image of the store it is. */
export interface LabImage {
  readonly artifact: Artifact;
  readonly reference: string;
  /** OCI architecture: `amd64`. */
  readonly architecture: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Lowest first. */
  readonly layers: readonly Artifact[];
}

/** Raise it when the same layers are to become another image. */
const VERSION = 2;

/** The image that stands in for an upstream image. Those of one architecture share the layer of the root filesystem. */
export function describeUpstreamImage(
  paths: LabPaths,
  layers: readonly Artifact[],
  upstream: UpstreamDemand,
  { release, architecture }: LabTarget,
): LabImage {
  const labels = {
    'containers.bootc': '1',
    'org.opencontainers.image.title': `Immutablue lab stand-in for ${upstream.reference}`,
    'org.opencontainers.image.version': release,
    [LAB_LABEL]: '1',
  };
  const reference = upstream.labReference;
  const artifact = describeArtifact(paths, 'images', `upstream image ${reference}`, {
    version: VERSION,
    reference,
    architecture,
    labels,
    layers: layers.map(({ hash }) => hash),
  });
  return {
    artifact,
    reference,
    architecture: ociArchitecture(architecture),
    labels: { ...labels, [RECIPE_LABEL]: artifact.hash },
    layers,
  };
}

/** The image's ID when the store has exactly the image that this recipe made, under its name. */
export async function findLabImage(
  image: LabImage,
  stored: readonly Pick<StoredImage, 'id' | 'names'>[],
): Promise<ImageId | undefined> {
  const named = stored.find(({ names }) => names.includes(image.reference));
  if (named === undefined) return undefined;
  return (await readIfThere(recordFile(image.artifact))) === named.id ? named.id : undefined;
}

/** Brings the image into the store, unless it is there. Layers that the store has are not unpacked again. */
export async function ensureUpstreamImage(context: LabContext, image: LabImage): Promise<void> {
  const before = await listLabImages();
  if ((await findLabImage(image, before)) !== undefined) return;
  await step(context, image.artifact.title, (stepContext) =>
    inWorkDirectory(context, 'image', async (work) => {
      const layout = join(work, 'layout');
      const layers = await Promise.all(image.layers.map(({ directory }) => readLayer(join(directory, 'layer.tar'))));
      const created = new Date(LAB_TIMESTAMP * 1000).toISOString();
      await writeImageLayout(layout, {
        config: {
          architecture: image.architecture,
          os: 'linux',
          created,
          config: { Labels: image.labels },
          rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => digest) },
          history: layers.map(() => ({ created, created_by: 'Immutablue lab' })),
        },
        layers,
      });
      await copyIntoStore(stepContext, image, layout, work);
      const imported = (await listLabImages()).find(({ names }) => names.includes(image.reference));
      if (imported === undefined) throw new Error(`skopeo did not bring \`${image.reference}\` into the store`);
      await writeAtomically(recordFile(image.artifact), imported.id);
      await removeReplaced(before, image.reference, imported.id);
    }),
  );
}

async function copyIntoStore(context: StepContext, image: LabImage, layout: string, work: string): Promise<void> {
  try {
    await runInStep(
      context,
      // The image gets its name last, when it is complete.
      [
        'skopeo',
        `--override-arch=${image.architecture}`,
        'copy',
        '--quiet',
        `oci:${layout}`,
        `containers-storage:${image.reference}`,
      ],
      { environment: { TMPDIR: work } },
    );
  } catch (error) {
    // Opening the store removes what the stopped program has left there: half a layer and a mount.
    await listLabImages();
    throw error;
  }
}

/** The file with the image's ID alone: one that was cut short is merely another ID. */
function recordFile({ directory }: Artifact): string {
  return join(directory, 'image-id');
}

/** Removes the image that had the name before, unless it has another name or is in use. */
async function removeReplaced(before: readonly StoredImage[], reference: string, imageId: ImageId): Promise<void> {
  const replaced = before.find(({ names }) => names.includes(reference));
  if (replaced === undefined || replaced.id === imageId || replaced.names.length > 1) return;
  await removeImageUnlessUsed(replaced.id);
}
