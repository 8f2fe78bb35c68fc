import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { namesIn, runCommand, unlessMissing } from '@immutablue/oci';
import { runInStep, type LabContext, type StepContext } from '../context';
import { containedArgv } from '../host/contained';
import { artifactDirectory, type ArtifactKind, type LabPaths } from './paths';
import { step } from '../progress';
import { type Recipe, type RecipeHash, recipeHash } from './recipe';

/** Something the lab makes and keeps in the cache. It is there whole or not at all. */
export interface Artifact {
  readonly kind: ArtifactKind;
  readonly title: string;
  readonly hash: RecipeHash;
  /** Absolute; exists only when the artifact is whole. */
  readonly directory: string;
}

/** The artifact that a recipe makes. Nothing is looked up and nothing is made. */
export function describeArtifact(paths: LabPaths, kind: ArtifactKind, title: string, recipe: Recipe): Artifact {
  const hash = recipeHash({ kind, recipe });
  return { kind, title, hash, directory: artifactDirectory(paths, kind, hash) };
}

/** Whether the artifact is there. Since it came into place by a rename, it is whole when it is there. */
export async function isWhole(artifact: Artifact): Promise<boolean> {
  return (await unlessMissing(() => stat(artifact.directory))) !== undefined;
}

/**
 * Makes the artifact unless it is there: in a directory below `work`, which is moved into place once everything in it
 * has reached the disk. The caller holds the lab's lock.
 */
export async function ensureArtifact(
  context: LabContext,
  artifact: Artifact,
  make: (directory: string, context: StepContext) => Promise<void>,
): Promise<Artifact> {
  if (await isWhole(artifact)) return artifact;
  return await step(context, artifact.title, async (stepContext) => {
    await inWorkDirectory(context, artifact.kind, async (work) => {
      const made = join(work, 'made');
      await mkdir(made);
      await make(made, stepContext);
      // A rename can reach the disk before the files that it makes visible: a power failure would leave empty ones.
      await runInStep(stepContext, ['sync', '--file-system', made]);
      await mkdir(dirname(artifact.directory), { recursive: true });
      await rename(made, artifact.directory);
    });
    return artifact;
  });
}

/** Runs `work` with a directory of its own below the lab's work directory, and removes that directory afterwards. */
export async function inWorkDirectory<T>(
  context: LabContext,
  name: string,
  work: (directory: string) => Promise<T>,
): Promise<T> {
  const directory = join(context.paths.work, `${name}-${randomUUID().slice(0, 8)}`);
  await mkdir(directory, { recursive: true });
  try {
    return await work(directory);
  } finally {
    await removeDirectory(directory);
  }
}

/** Removes what runs that died have left. The caller holds the lab's lock. */
export async function clearWork(paths: LabPaths): Promise<void> {
  await removeDirectory(paths.work);
}

/**
 * Removes the work directory when nothing is in it. A run that ends does no more than that: if the holder of its lock was
 * stopped before it, the content is the next run's.
 */
export async function tidyWork(paths: LabPaths): Promise<void> {
  try {
    await rmdir(paths.work);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'ENOTEMPTY') throw error;
  }
}

/** Moves a directory out of sight before it is removed, so that an interrupted removal leaves nothing that looks whole. */
export async function removeArtifact(paths: LabPaths, directory: string): Promise<void> {
  await mkdir(paths.work, { recursive: true });
  const condemned = join(paths.work, `removed-${randomUUID()}`);
  await rename(directory, condemned);
  await removeDirectory(condemned);
}

/** The directories that the cache has of a kind. */
export async function listArtifacts(paths: LabPaths, kind: ArtifactKind): Promise<string[]> {
  const directory = join(paths.cache, kind);
  return (await namesIn(directory)).map((name) => join(directory, name));
}

async function removeDirectory(directory: string): Promise<void> {
  try {
    // Processes of a namespace that was just killed may still be closing files: retry while the directory changes.
    await rm(directory, { recursive: true, force: true, maxRetries: 5 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EACCES' && code !== 'EPERM') throw error;
    // Files of a root filesystem belong to an ordinary user's subordinate IDs: only its user namespace may remove them.
    await runCommand(containedArgv(['rm', '--recursive', '--force', directory]));
  }
}
