import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand, tryCommand, type Argv } from '@immutablue/oci';
import { processesOf } from './store-processes';

/** A containers-storage of a test's own: what the test builds never touches the images of the person who runs it. */
export interface Store {
  readonly directory: string;
  /** Where its layers, images and containers are. */
  readonly graphRoot: string;
  /** Where it keeps what is true until the next boot. */
  readonly runRoot: string;
  /** Makes buildah and skopeo use this store. */
  readonly environment: Readonly<Record<string, string>>;
  /** The ID of an image by its name, or undefined when the store has none of that name. */
  readonly imageId: (reference: string) => Promise<string | undefined>;
  /** Runs buildah or skopeo on this store and gives what it prints. */
  readonly run: (...argv: Argv) => Promise<string>;
  /** What no build may leave behind: working containers, mounts of them, processes that use this store. */
  readonly orphans: () => Promise<readonly string[]>;
  /** Ends what still runs, and unmounts everything, so that the store's directory can be removed. */
  readonly shutDown: () => Promise<void>;
}

/** Which images a store sees that are not its own: those of this user's store, which it cannot change; or none. */
export type StoreBelow = 'of-user' | 'none';

/**
 * Makes a store in `directory`, on top of this user's own, which has the lab's images, or of none. `graphRoot` is where its
 * layers are, if elsewhere.
 */
export async function createStore(
  directory: string,
  graphRoot: string = join(directory, 'graph'),
  below: StoreBelow = 'of-user',
): Promise<Store> {
  await mkdir(directory, { recursive: true });
  const configuration = join(directory, 'storage.conf');
  const runRoot = join(directory, 'run');
  const own = (await runCommand(['buildah', 'info', '--format', '{{.store.GraphRoot}}'])).stdout;
  // containers-storage.conf(5)
  await writeFile(
    configuration,
    [
      '[storage]',
      'driver = "overlay"',
      `graphroot = "${graphRoot}"`,
      `runroot = "${runRoot}"`,
      ...(below === 'none' ? [] : ['[storage.options]', `additionalimagestores = ["${own}"]`]),
      '',
    ].join('\n'),
  );
  const environment = { CONTAINERS_STORAGE_CONF: configuration };
  const run = async (...argv: Argv) => (await runCommand(argv, { environment })).stdout;
  return {
    directory,
    graphRoot,
    runRoot,
    environment,
    run,
    imageId: async (reference) => {
      const format = '{{.FromImageID}}';
      const argv: Argv = ['buildah', 'inspect', '--type', 'image', '--format', format, reference];
      const { exitCode, stdout } = await tryCommand(argv, { environment });
      return exitCode === 0 ? stdout.trim() : undefined;
    },
    orphans: async () => [
      ...(await run('buildah', 'containers', '--noheading', '--format', 'container {{.ContainerName}}'))
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => line.replaceAll(/\s+/g, ' ').trim()),
      ...(await mountsBelow(`${graphRoot}/overlay/`)).map((path) => `mount ${path}`),
      ...(await processesOf(configuration, graphRoot)).map(({ pid, command }) => `process ${pid} ${command}`),
    ],
    shutDown: async () => {
      for (const { pid } of await processesOf(configuration, graphRoot)) killIfThere(pid);
      // The store's own folder too, which buildah mounts onto itself.
      for (const path of (await mountsBelow(graphRoot)).reverse()) await runCommand(['umount', path]);
    },
  };
}

/** Kills a process that may end by itself meanwhile: kill(2) knows no such process then. */
function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Mount points that begin so, in the order in which they were mounted. */
async function mountsBelow(prefix: string): Promise<string[]> {
  const mounts = (await readFile('/proc/mounts', 'utf8')).split('\n').map((line) => line.split(' ')[1] ?? '');
  return mounts.filter((path) => path.startsWith(prefix));
}
