import { appendFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runCommand } from '@immutablue/oci';
import { copyWorkspace, linkLab, requireLab, type NodeModules } from './copy-workspace';
import { start, startOnTerminal, type Outcome, type Program } from './program';
import { createStore, type Store, type StoreBelow } from './store';

/** A scratch copy of this workspace, with a containers-storage, a cache and an Nx cache of its own. */
export interface Workspace {
  readonly root: string;
  readonly store: Store;
  /** Where builds keep downloads and the lab its artifacts. */
  readonly cacheDirectory: string;
  /** What programs started here get. */
  readonly environment: Readonly<Record<string, string>>;
  /** Runs nx to its end. */
  readonly nx: (...args: string[]) => Promise<Outcome>;
  /** The same under another environment: what is given is added to the workspace's own. */
  readonly nxWith: (added: Readonly<Record<string, string>>, ...args: string[]) => Promise<Outcome>;
  /** The same from a folder, by its path below the root. */
  readonly nxIn: (folder: string, ...args: string[]) => Promise<Outcome>;
  /** Starts nx, for tests that do something while it runs. */
  readonly startNx: (...args: string[]) => Program;
  /** The same under another environment, as `nxWith`. */
  readonly startNxWith: (added: Readonly<Record<string, string>>, ...args: string[]) => Program;
  /** The same on a terminal. */
  readonly startNxOnTerminal: (...args: string[]) => Program;
  /** Writes a file, by its path below the root; folders are made. */
  readonly write: (path: string, content: string | Uint8Array, mode?: number) => Promise<void>;
  /** Adds to a file. */
  readonly append: (path: string, text: string) => Promise<void>;
  /** Adds a variant, or replaces files of one. */
  readonly addVariant: (name: string, variant?: TestVariant) => Promise<void>;
  /**
   * Gives the names of variants' images to an image that is there before the test.
   *
   * @returns its ID.
   */
  readonly seedImages: (...variants: string[]) => Promise<string>;
  /** Commits everything, so that `nx affected` sees only what comes after. */
  readonly commit: () => Promise<void>;
  /** Removes everything. */
  readonly dispose: () => Promise<void>;
}

export interface TestVariant {
  /** The lab's headless image when not given. */
  readonly from?: string;
  /** More keys of variant.yaml. */
  readonly keys?: Readonly<Record<string, string>>;
  /** Files by their path below the variant's folder. */
  readonly files?: Readonly<Record<string, string>>;
}

/** The smaller of the lab's upstream images. */
const HEADLESS = 'quay.io/fedora-ostree-desktops/base-atomic';

/** The same as the lab calls it. */
export const HEADLESS_IMAGE = 'localhost/immutablue-lab/fedora-ostree-desktops/base-atomic:44';

/** The name of the image that a test's variant builds. */
export function imageOf(variant: string, release = '44'): string {
  return `localhost/immutablue/${variant}:${release}`;
}

/** Makes a scratch workspace. */
export async function createWorkspace(
  nodeModules: NodeModules = 'linked',
  below: StoreBelow = 'of-user',
): Promise<Workspace> {
  await requireLab();
  const scratch = await mkdtemp(join(tmpdir(), 'immutablue-e2e-'));
  const root = join(scratch, 'workspace');
  const cacheDirectory = join(scratch, 'cache');
  await copyWorkspace(root, nodeModules);
  await linkLab(root, cacheDirectory);
  const store = await createStore(join(scratch, 'store'), undefined, below);
  // What a killed program leaves there goes with the rest.
  const temporary = join(scratch, 'tmp');
  await mkdir(temporary);
  const environment = {
    ...nxEnvironment(),
    ...store.environment,
    IMMUTABLUE_CACHE_DIR: cacheDirectory,
    TMPDIR: temporary,
  };
  const program = nxProgram(root);
  const startWith = (added: Readonly<Record<string, string>>, ...args: string[]) =>
    start([process.execPath, program, ...args], { cwd: root, environment: { ...environment, ...added } });
  const write = async (path: string, content: string | Uint8Array, mode = 0o644) => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content, { mode });
  };
  const commit = async () => {
    await runCommand(['git', 'add', '--all'], { cwd: root });
    const author = ['-c', 'user.name=e2e', '-c', 'user.email=e2e@localhost'] as const;
    await runCommand(['git', ...author, 'commit', '--quiet', '--message', 'State of the test'], { cwd: root });
  };
  await runCommand(['git', 'init', '--quiet', '--initial-branch', 'main'], { cwd: root });
  await commit();

  return {
    root,
    store,
    cacheDirectory,
    environment,
    startNx: (...args) => startWith({}, ...args),
    startNxWith: startWith,
    startNxOnTerminal: (...args) =>
      startOnTerminal([process.execPath, program, ...args], {
        cwd: root,
        environment: { ...environment, TERM: 'xterm' },
      }),
    nx: (...args) => startWith({}, ...args).outcome,
    nxWith: (added, ...args) => startWith(added, ...args).outcome,
    nxIn: (folder, ...args) =>
      start([process.execPath, program, ...args], { cwd: join(root, folder), environment }).outcome,
    write,
    append: (path, text) => appendFile(join(root, path), text),
    addVariant: async (name, { from = HEADLESS, keys = {}, files = {} } = {}) => {
      const yaml = Object.entries({ name, description: 'Of a test', from, image: name, ...keys });
      const variant = yaml.map(([key, value]) => `${key}: ${value}\n`).join('');
      for (const [path, content] of Object.entries({ 'variant.yaml': variant, ...files })) {
        await write(join('packages', name, path), content);
      }
    },
    seedImages: async (...variants) => {
      const container = await store.run('buildah', 'from', '--pull-never', HEADLESS_IMAGE);
      const id = await store.run('buildah', 'commit', '--quiet', '--rm', container);
      for (const variant of variants) await store.run('buildah', 'tag', id, imageOf(variant));
      return id;
    },
    commit,
    dispose: async () => {
      await store.shutDown();
      await rm(scratch, { recursive: true, force: true });
    },
  };
}

/** Nx's program in a workspace, absolute path. */
export function nxProgram(root: string): string {
  return join(root, 'node_modules', 'nx', 'dist', 'bin', 'nx.js');
}

/** Removes a scratch workspace in which nothing may be left behind. */
export async function disposeWithoutOrphans(workspace: Workspace): Promise<void> {
  expect(await workspace.store.orphans()).toEqual([]);
  await workspace.dispose();
}

/** The programs and the home of this process; nothing else of it, so that no setting of a person changes a test. */
function nxEnvironment(): Record<string, string> {
  const inherited = ['PATH', 'HOME', 'USER', 'LANG'].flatMap((name): [string, string][] => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  });
  return {
    ...Object.fromEntries(inherited),
    NX_TUI: 'false',
    NX_DAEMON: 'false',
  };
}
