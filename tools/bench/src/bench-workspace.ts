import { appendFile, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Argv } from '@immutablue/oci';
import { type BuildPlan } from '@immutablue/plan';
import { readFamily, readPlan, readSources, variantsDirectory } from '@immutablue/stage-runner';
import { imageSettingsSchema, lineageOf, type ImageSettings } from '@immutablue/variant';
import { WORKSPACE } from '../../../e2e/support/copy-workspace';
import { createStore, type Store } from '../../../e2e/support/store';
import { createWorkspace, type Workspace } from '../../../e2e/support/workspace';
import { measure, type Measured, type MeasureOptions } from './measure';

/** A scratch clone of the workspace with all that is measured in it; nothing of it stays. */
export interface BenchWorkspace {
  readonly workspace: Workspace;
  readonly settings: ImageSettings;
  /** The lab's repository. */
  readonly repository: string;
  /** A folder beside the workspace for what is not part of it. */
  readonly scratch: string;
  /** The variants that this machine can build, parents first. */
  readonly family: () => Promise<readonly string[]>;
  readonly plan: (variant: string) => Promise<BuildPlan>;
  /** Plans several variants, whose definitions are read once. */
  readonly planAll: (variants: readonly string[]) => Promise<void>;
  /** What a variant stands on, the lowest first, itself last. */
  readonly lineage: (variant: string) => Promise<readonly string[]>;
  /** Runs nx in it. */
  readonly nx: (words: readonly string[], expect?: MeasureOptions['expect']) => Promise<Measured>;
  /** The same where Nx has its daemon, which runs until it is stopped. */
  readonly nxWithDaemon: (words: readonly string[]) => Promise<Measured>;
  /** A containers-storage for a contender of its own. */
  readonly addStore: (name: string) => Promise<Store>;
  readonly append: (path: string, text: string) => Promise<void>;
  /** Replaces text of a file. @throws {Error} when it is not there. */
  readonly replace: (path: string, from: string, to: string) => Promise<void>;
  readonly dispose: () => Promise<void>;
}

/** Makes a scratch clone. @throws {Error} when the lab is not up. */
export async function createBenchWorkspace(): Promise<BenchWorkspace> {
  const settings = await readSettings(WORKSPACE);
  // As users have it: through links Node.js looks for each module in two places.
  const workspace = await createWorkspace('copied');
  const stores: Store[] = [];
  const { root } = workspace;
  const scratch = dirname(root);
  const program = join(root, 'node_modules', 'nx', 'dist', 'bin', 'nx.js');
  const directory = variantsDirectory(root, settings.variants);
  const request = { settings, workspaceRoot: root, release: settings.releases[0], upstream: 'lab' } as const;
  const lineage = async (name: string) => {
    const family = await readFamily(directory);
    return lineageOf(family, family.variant(name)).map((member) => member.name);
  };
  return {
    workspace,
    settings,
    scratch,
    repository: join(root, '.immutablue', 'lab', 'repository'),
    lineage,
    family: async () =>
      (await readFamily(directory)).variants
        .filter(({ platforms }) => platforms.includes('linux/amd64'))
        .map(({ name }) => name),
    plan: (variant) => readPlan({ ...request, variant }),
    planAll: async (variants) => {
      const sources = await readSources(directory, settings);
      for (const variant of variants) await readPlan({ ...request, variant, sources });
    },
    nx: (words, expect) =>
      measure([process.execPath, program, ...words] as unknown as Argv, {
        cwd: root,
        environment: workspace.environment,
        ...(expect === undefined ? {} : { expect }),
      }),
    nxWithDaemon: (words) =>
      measure([process.execPath, program, ...words] as unknown as Argv, {
        cwd: root,
        environment: { ...workspace.environment, NX_DAEMON: 'true' },
      }),
    addStore: async (name) => {
      const store = await createStore(join(scratch, name));
      stores.push(store);
      return store;
    },
    append: (path, text) => appendFile(join(root, path), text),
    replace: async (path, from, to) => {
      const file = join(root, path);
      const text = await readFile(file, 'utf8');
      if (!text.includes(from)) throw new Error(`${path} does not hold ${JSON.stringify(from)}`);
      await writeFile(file, text.replace(from, to));
    },
    dispose: async () => {
      for (const store of stores) await store.shutDown();
      await workspace.dispose();
    },
  };
}

/** Removes what a variant's builds have left in its folder. */
export async function forgetBuilds(bench: BenchWorkspace): Promise<void> {
  const { root } = bench.workspace;
  for (const variant of await bench.family()) {
    await rm(join(root, bench.settings.variants, variant, 'dist'), { recursive: true, force: true });
  }
  for (const folder of [['.nx'], ['.immutablue', 'state']]) {
    await rm(join(root, ...folder), { recursive: true, force: true });
  }
}

/** The settings of images in nx.json. */
export async function readSettings(root: string): Promise<ImageSettings> {
  const { plugins } = JSON.parse(await readFile(join(root, 'nx.json'), 'utf8')) as {
    readonly plugins: readonly (string | { readonly plugin: string; readonly options: unknown })[];
  };
  const ours = plugins.flatMap((plugin) =>
    typeof plugin !== 'string' && plugin.plugin.includes('nx-plugin') ? [plugin.options] : [],
  );
  // The plugin has options besides those of images.
  const known = Object.keys(imageSettingsSchema.shape);
  const options = Object.entries(ours[0] ?? {}).filter(([name]) => known.includes(name));
  return imageSettingsSchema.parse(Object.fromEntries(options));
}
