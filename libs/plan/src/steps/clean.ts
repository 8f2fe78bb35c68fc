import type { StepKind } from './kind';
import type { StepRuntime } from './runtime';

/** What must not be in an image, nor in a layer of one. */
export interface Cleaned {
  /** Directories whose content is removed. */
  readonly empty: readonly string[];
  /** Files that are removed. */
  readonly files: readonly string[];
  /** Files that are removed when they are empty: places where buildah mounts its own. */
  readonly emptyFiles: readonly string[];
}

/** Removes what must not be in an image. */
export interface CleanStep extends Cleaned {
  readonly kind: 'clean';
}

export const clean: StepKind<CleanStep> = {
  duration: 'short',
  repositories: 'not-asked',
  purpose: () => 'remove what must not be in an image',
  reads: ({ empty, files, emptyFiles }) => ({ trees: empty, paths: [...files, ...emptyFiles] }),
  inputs: ({ empty, files, emptyFiles }) => [
    { noun: 'what is cleaned up', name: '', value: JSON.stringify([empty, files, emptyFiles]) },
  ],
  print: ({ empty, files, emptyFiles }) => [
    `empty: ${empty.join(' ')}`,
    `remove: ${[...files, ...emptyFiles].join(' ')}`,
  ],
  run: cleanUp,
  containerfile: ({ empty, files, emptyFiles }) => ({ kind: 'clean', clean: { paths: [], empty, files, emptyFiles } }),
};

/** Empties and removes what is listed. */
export async function cleanUp(
  { empty, files, emptyFiles }: Cleaned,
  { root }: Pick<StepRuntime, 'root'>,
): Promise<void> {
  for (const directory of empty) {
    // A link (/var/run for example) leads to what is emptied by its own name, or to nothing of ours.
    if ((await root.lstat(directory))?.type === 'directory') await root.emptyDirectory(directory);
  }
  for (const file of files) await root.remove(file);
  for (const file of emptyFiles) {
    const stat = await root.lstat(file);
    if (stat?.type === 'file' && stat.size === 0) await root.remove(file);
  }
}
