import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { outputOf, type Outcome } from './program';
import type { Store } from './store';
import { imageOf, type Workspace } from './workspace';

/** Runs nx without tasks that the given ones depend on: what is asked for alone. */
export function nxAlone(workspace: Workspace, ...args: readonly string[]): Promise<Outcome> {
  return workspace.nx(...args, '--exclude-task-dependencies');
}

/** Builds the image of one variant, and of no other. @throws {Error} with the output when that fails. */
export async function buildAlone(
  workspace: Workspace,
  variant: string,
  ...options: readonly string[]
): Promise<string> {
  return outputOf(await nxAlone(workspace, 'build', variant, ...options));
}

/** Whether a task of nx was answered from its cache, by what nx has printed. */
export function isFromCache(output: string, task: string): boolean {
  const line = output.split('\n').find((one) => one.startsWith(`> nx run ${task}`));
  if (line === undefined) throw new Error(`${task} was not asked for:\n${output}`);
  return line.includes('cache');
}

/** The image that `dist/image.json` of a variant names. */
export async function recordedId({ root }: Workspace, variant: string): Promise<string> {
  const text = await readFile(join(root, 'packages', variant, 'dist/image.json'), 'utf8');
  return (JSON.parse(text) as { imageId: string }).imageId;
}

/**
 * The text of a file in the image of a variant, without the newline at its end.
 *
 * @throws {Error} when the record of the build and the variant's name are not about the same image.
 */
export async function textIn(workspace: Workspace, variant: string, path: string): Promise<string> {
  const [recorded, named] = [await recordedId(workspace, variant), await workspace.store.imageId(imageOf(variant))];
  if (recorded !== named) throw new Error(`${imageOf(variant)} is ${named ?? 'nothing'}, recorded is ${recorded}`);
  return textInImage(workspace.store, recorded, path);
}

/** The text of a file in an image, without the newline at its end. */
export async function textInImage(store: Store, image: string, path: string): Promise<string> {
  const container = await store.run('buildah', 'from', '--pull-never', image);
  try {
    const root = await store.run('buildah', 'mount', container);
    return (await readFile(join(root, path), 'utf8')).trimEnd();
  } finally {
    await store.run('buildah', 'rm', container);
  }
}
