import { commitArgv, fromArgv, tagArgv } from './buildah-argv';
import { runCommand, type CommandOptions } from '../process/process';
import { toImageId, type ImageId } from '../reference';

/** Makes a working container from an image in the store. */
export async function createContainer(image: string, name: string, options?: CommandOptions): Promise<void> {
  await runCommand(fromArgv(image, name), options);
}

/** Mounts a container's root filesystem and gives the path. An ordinary user must be inside `buildah unshare`. */
export async function mountContainer(name: string, options?: CommandOptions): Promise<string> {
  const { stdout } = await runCommand(['buildah', 'mount', name], options);
  return stdout.trim();
}

/** Commits a container as an image without a name, removes it, and gives the image's ID. */
export async function commitContainer(name: string, created: number, options?: CommandOptions): Promise<ImageId> {
  const { stdout } = await runCommand(commitArgv(name, created), options);
  return toImageId(stdout.trim().split('\n').at(-1) ?? '');
}

/** Gives an image a name. */
export async function tagImage(image: ImageId, reference: string): Promise<void> {
  await runCommand(tagArgv(image, reference));
}
