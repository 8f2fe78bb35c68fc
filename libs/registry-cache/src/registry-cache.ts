import { DiagnosticError, formatBytes } from '@immutablue/diagnostics';
import type { Digest } from '@immutablue/oci';
import type { BuildKey } from '@immutablue/plan';
import { openRegistry, type Patience, type Registry, type Repository } from '@immutablue/registry';
import { KEY_VARIABLE, type PublicKey, type SigningKey } from '@immutablue/signing';
import type { RemoteCache, RemoteEntry, Result } from '@immutablue/stage-runner';
import { claimBuild, NOT_CLAIMED } from './claims/claim-build';
import type { LayerBlobs, StoredEntry } from './entry';
import { findEntry, type Source } from './find-entry';
import { createGuard, type GuardOptions } from './guard';
import { fetchLayer, fetchListing } from './layers';
import { repositoryName, type CacheRepository, type CacheSettings } from './settings';
import { storeEntry } from './store-entry';

export interface RegistryCacheOptions extends GuardOptions {
  readonly settings: CacheSettings;
  /** `read`: nothing is written, whatever the settings allow. */
  readonly use: 'read' | 'write';
  /** The key by which entries are checked, that of the workspace. */
  readonly publicKey: PublicKey | undefined;
  /** The key by which they are signed. */
  readonly signingKey: SigningKey | undefined;
}

/** Results of other machines in a registry, until it is closed. */
export interface RegistryCache extends RemoteCache {
  readonly close: () => Promise<void>;
}

/** A build waits for a registry that is away no longer than this, where a push would. */
const PATIENCE: Partial<Patience> = { attempts: 3, firstPauseMs: 250, silenceMs: 30_000 };

/** Opens the repositories without asking them yet. */
export async function openRegistryCache(options: RegistryCacheOptions): Promise<RegistryCache> {
  const { signal } = options;
  const registries: Registry[] = [];
  const open = async ({ host, name }: CacheRepository): Promise<Repository> => {
    const registry = await openRegistry(host, { patience: PATIENCE });
    registries.push(registry);
    return registry.repository(name);
  };
  const { asked, written } = await openSources(options, open);

  /** Where the layers of an entry are. */
  const origins = new Map<RemoteEntry, { readonly entry: StoredEntry; readonly repository: Repository }>();
  const known = new Map<Digest, LayerBlobs>();
  const guard = createGuard(options);

  const findIn = async (source: Source, key: BuildKey): Promise<StoredEntry | undefined> => {
    const what = `the entry ${key.slice(0, 12)} of \`${source.repository.name}\``;
    const entry = await guard('read', what, () => findEntry(source, key, signal));
    if (entry === undefined) return undefined;
    if (source === written) for (const [diffId, blobs] of entry.blobs) known.set(diffId, blobs);
    origins.set(entry, { entry, repository: source.repository });
    return entry;
  };

  /** Does something with each of these layers. */
  const eachLayer = async <T>(
    entry: RemoteEntry,
    layers: readonly Digest[],
    work: (repository: Repository, diffId: Digest, blobs: LayerBlobs) => Promise<T | undefined>,
  ): Promise<readonly (readonly [Digest, T])[] | undefined> => {
    const origin = origins.get(entry);
    const done: (readonly [Digest, T])[] = [];
    for (const diffId of layers) {
      const blobs = origin?.entry.blobs.get(diffId);
      if (origin === undefined || blobs === undefined) return undefined;
      const what = `what \`${origin.repository.name}\` has for ${entry.result.variant}`;
      const result = await guard('read', what, () => work(origin.repository, diffId, blobs));
      if (result === undefined) return undefined;
      done.push([diffId, result]);
    }
    return done;
  };

  /** What was found is as good later, until a task waits for another one, which may write something else under the key. */
  const found = new Map<string, StoredEntry>();
  const find = async function* (key: BuildKey): AsyncGenerator<StoredEntry> {
    for (const source of asked) {
      const place = `${source.repository.connection.host}/${source.repository.name}:${key}`;
      const entry = found.get(place) ?? (await findIn(source, key));
      if (entry === undefined) continue;
      found.set(place, entry);
      yield entry;
    }
  };

  const store = async (key: BuildKey, result: Result, source: Source) => {
    const { repository } = source;
    const findThere = (one: BuildKey) => findIn(source, one);
    const sent = await guard('written', `what was built of ${result.variant}`, () =>
      storeEntry({ repository, key: options.signingKey, find: findThere, known, signal }, key, result),
    );
    if (sent === undefined) return;
    const what = result.of === 'rest' ? 'image' : result.of;
    const place = `${repository.connection.host}/${repository.name}`;
    options.notice(`the ${what} of ${result.variant} is in \`${place}\` now (${formatBytes(sent)} sent)`);
  };

  return {
    find,
    contents: async (entry, layers) => {
      const listed = await eachLayer(entry, layers, (repository, diffId, blobs) =>
        fetchListing(repository, diffId, blobs, signal),
      );
      return listed?.map(([, layer]) => layer);
    },
    fetch: async (entry, layers, directory) => {
      const files = await eachLayer(entry, layers, async (repository, diffId, { archive, ...listed }) =>
        archive === undefined ? undefined : fetchLayer(repository, diffId, { archive, ...listed }, directory, signal),
      );
      return files && new Map(files);
    },
    store: async (key, result) => {
      if (written !== undefined) await store(key, result, written);
    },
    offer: async (key, result) => {
      if (written === undefined) return 'not-wanted';
      for await (const _ of find(key)) return 'not-wanted';
      await store(key, result, written);
      return 'sent';
    },
    claim: async (key, request) =>
      written === undefined
        ? NOT_CLAIMED
        : claimBuild({ repository: written.repository, guard, signal }, key, {
            ...request,
            look: () => {
              found.clear();
              return request.look();
            },
          }),
    close: async () => {
      for (const registry of registries) await registry.close();
    },
  };
}

/** The repositories that are asked, and the one of them that is written to. */
interface Sources {
  readonly asked: readonly Source[];
  readonly written: Source | undefined;
}

/** @throws {DiagnosticError} `cache/not-configured` when nothing says which entries are to be trusted. */
async function openSources(
  options: RegistryCacheOptions,
  open: (repository: CacheRepository) => Promise<Repository>,
): Promise<Sources> {
  const { settings, use, publicKey, signingKey, warn } = options;
  const { trusted, own, unsigned } = settings;
  if (publicKey === undefined && unsigned !== 'accepted') {
    throw new DiagnosticError({
      code: 'cache/not-configured',
      message: `what \`${repositoryName(trusted)}\` has cannot be trusted: the workspace has no key that signs it`,
      hint:
        '`npx nx g @immutablue/nx:signing` makes one; `cache: { unsigned: "accepted" }` in nx.json takes what is not signed, from ' +
        'everybody who may write there',
    });
  }
  const isOne = own !== undefined && repositoryName(own) === repositoryName(trusted);
  const source = async (repository: CacheRepository, areUnsignedTaken: boolean): Promise<Source> => ({
    repository: await open(repository),
    key: areUnsignedTaken ? 'unsigned' : (publicKey ?? 'unsigned'),
  });
  const first = await source(trusted, unsigned === 'accepted');
  if (own === undefined) return { asked: [first], written: undefined };
  const second = isOne ? first : await source(own, unsigned !== 'refused');
  const asked = isOne ? [first] : [first, second];
  if (use === 'read') return { asked, written: undefined };
  const isTaken = second.key === 'unsigned' || signingKey?.publicKey.pem === second.key.pem;
  if (isTaken) return { asked, written: second };
  const why = signingKey === undefined ? `${KEY_VARIABLE} is not set` : `${KEY_VARIABLE} is not the key of nx.json`;
  warn(
    `nothing is written to \`${repositoryName(own)}\`: ${why}, and builds take from there only what that has signed`,
  );
  return { asked, written: undefined };
}
