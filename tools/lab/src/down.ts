import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { formatBytes } from '@immutablue/diagnostics';
import { ARCHITECTURES } from '@immutablue/variant';
import { clearWork, listArtifacts, removeArtifact, tidyWork } from './cache/artifact';
import { type LabContext } from './context';
import { removeLabFile } from './lab-file';
import { lockLab } from './cache/lock';
import { ARTIFACT_KINDS, type ArtifactKind } from './cache/paths';
import { artifactsOf, imagesOf, planLab, type LabRequest } from './plan';
import { staleArtifacts, staleImages } from './stale';
import { stopDetachedRegistry } from './registry/detached-registry';
import { readRepositoryLink } from './packages/repository';
import { artifactSize } from './cache/sizes';
import { LAB_IMAGES, listLabImages, removeImage } from './images/store';

/** How much of the lab is removed: what builds use, or the cache too, which takes minutes to make again. */
export type DownExtent = 'images' | 'everything';

/**
 * Removes what other recipes than this workspace's have made, and leaves the lab up. Another clone that uses them makes
 * them again.
 */
export async function removeStale(context: LabContext, requests: readonly LabRequest[]): Promise<void> {
  const { paths, log } = context;
  const lock = await lockLab(context);
  try {
    const plans = await Promise.all(requests.map((request) => planLab(paths, request)));
    for (const { kind, directory } of await staleArtifacts(paths, plans.flatMap(artifactsOf))) {
      await removeAndLog(context, kind, directory);
    }
    for (const { name, size } of staleImages(await listLabImages(), plans.flatMap(imagesOf))) {
      await removeImage(name);
      log(`removed the image ${name} (${size})`);
    }
    await tidyWork(paths);
  } finally {
    await lock.release();
  }
}

/**
 * Takes the lab down and says what it removed. Images that variants were built from them keep their layers.
 *
 * @throws {DiagnosticError} `oci/command-failed` when an image is in use by a working container.
 */
export async function takeDown(context: LabContext, extent: DownExtent): Promise<void> {
  const { paths, workspaceRoot, log } = context;
  const lock = await lockLab(context);
  try {
    const registry = await stopDetachedRegistry(paths.registry);
    if (registry !== undefined) log(`stopped the registry ${registry} and removed its images`);
    await removeImages(context);
    if ((await readRepositoryLink(paths)) !== undefined) {
      await rm(paths.repositoryLink);
      log(`removed ${paths.repositoryLink}`);
    }
    for (const architecture of ARCHITECTURES) await removeLabFile(workspaceRoot, architecture);
    await clearWork(paths);
    // The records of images say nothing once the images are gone.
    await removeKinds(context, extent === 'everything' ? ARTIFACT_KINDS : ['images']);
    await tidyWork(paths);
    if (extent === 'images') await sayWhatIsKept(context);
  } finally {
    await lock.release();
  }
}

async function removeImages({ log }: LabContext): Promise<void> {
  for (const { names, size } of await listLabImages()) {
    // What variants were built from these has the label too, but names of its own.
    for (const name of names.filter((candidate) => candidate.startsWith(LAB_IMAGES))) {
      await removeImage(name);
      log(`removed the image ${name} (${size})`);
    }
  }
}

async function removeKinds(context: LabContext, kinds: readonly ArtifactKind[]): Promise<void> {
  for (const kind of kinds) {
    for (const directory of await listArtifacts(context.paths, kind)) await removeAndLog(context, kind, directory);
    await rm(join(context.paths.cache, kind), { recursive: true, force: true });
  }
}

async function removeAndLog({ paths, log }: LabContext, kind: ArtifactKind, directory: string): Promise<void> {
  const size = formatBytes(await artifactSize(kind, directory));
  await removeArtifact(paths, directory);
  log(`removed ${directory} (${size})`);
}

async function sayWhatIsKept({ paths, log }: LabContext): Promise<void> {
  const sizes = await Promise.all(
    ARTIFACT_KINDS.map(async (kind) => {
      const directories = await listArtifacts(paths, kind);
      return await Promise.all(directories.map((directory) => artifactSize(kind, directory)));
    }),
  );
  const total = sizes.flat().reduce((sum, size) => sum + size, 0);
  if (total > 0) log(`kept ${formatBytes(total)} in ${paths.cache}, \`nx run lab:down --all\` removes it`);
}
