import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Store } from './store';

/** Where a command writes what it prints. */
const OUTPUT = '/e2e-output';

/**
 * What a command prints in a container of an image, without the last line break. Not what buildah passes on: with chroot isolation it
 * ends when the command does, now and then before it has passed on anything.
 *
 * @param volumes what the container sees of this machine, as `buildah run --volume` takes it.
 */
export async function outputIn(
  { run }: Store,
  image: string,
  command: readonly string[],
  volumes: readonly string[] = [],
): Promise<string> {
  const container = await run('buildah', 'from', '--pull-never', image);
  try {
    const flags = ['--isolation', 'chroot', ...volumes.flatMap((volume) => ['--volume', volume])];
    await run('buildah', 'run', ...flags, container, '--', 'sh', '-c', `exec "$@" >${OUTPUT} 2>&1`, 'sh', ...command);
    const root = await run('buildah', 'mount', container);
    return (await readFile(join(root, OUTPUT), 'utf8')).replace(/\n$/, '');
  } finally {
    await run('buildah', 'rm', container);
  }
}
