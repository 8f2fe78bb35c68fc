import { readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { namesIn, readIfThere, stateDirectory, toImageId, writeAtomically, type ImageId } from '@immutablue/oci';
import * as z from 'zod';

const ownImageSchema = z.strictObject({
  variant: z.string(),
  /** How many of its layers, from the lowest, are its parent's. */
  parentLayers: z.number().int().nonnegative(),
});

/** An image that builds of this workspace have made: an image of a variant, a checkpoint, or a dep-builder's. */
export interface RecordedImage extends z.output<typeof ownImageSchema> {
  readonly id: ImageId;
  /** In milliseconds since 1970. */
  readonly madeAt: number;
}

function directoryOf(workspaceRoot: string): string {
  return join(stateDirectory(workspaceRoot), 'images');
}

/**
 * Notes an image as made here, one file for each: only such images are ever removed. Most have no name, and nothing in them
 * tells whose they are.
 */
export async function recordOwnImage(
  workspaceRoot: string,
  image: ImageId,
  made: Pick<RecordedImage, 'variant' | 'parentLayers'>,
): Promise<void> {
  const { variant, parentLayers } = made;
  await writeAtomically(join(directoryOf(workspaceRoot), image), `${JSON.stringify({ variant, parentLayers })}\n`);
}

/** Whether an image was made here. */
export async function isOwnImage(workspaceRoot: string, image: ImageId): Promise<boolean> {
  return (await readIfThere(join(directoryOf(workspaceRoot), image))) !== undefined;
}

/** All images that were made here, whether they are still there or not. */
export async function readOwnImages(workspaceRoot: string): Promise<readonly RecordedImage[]> {
  const directory = directoryOf(workspaceRoot);
  const made: RecordedImage[] = [];
  for (const name of await namesIn(directory)) {
    // What a write that was killed has left is none.
    if (!/^[0-9a-f]{64}$/.test(name)) continue;
    const file = join(directory, name);
    const [text, { mtimeMs }] = [await readFile(file, 'utf8'), await stat(file)];
    made.push({ id: toImageId(name), madeAt: mtimeMs, ...ownImageSchema.parse(JSON.parse(text)) });
  }
  return made;
}

/** Forgets an image that is gone. */
export async function forgetOwnImage(workspaceRoot: string, image: ImageId): Promise<void> {
  await rm(join(directoryOf(workspaceRoot), image), { force: true });
}
