import { DiagnosticError, formatBytes, isSystemError, type DiagnosticCode } from '@immutablue/diagnostics';
import type { Digest } from '@immutablue/oci';
import type { BuildKey } from '@immutablue/plan';
import { openRegistry, type Patience, type Registry, type Repository } from '@immutablue/registry';
import { KEY_VARIABLE, type PublicKey, type SigningKey } from '@immutablue/signing';
import type { RemoteCache, RemoteEntry } from '@immutablue/stage-runner';
import type { LayerBlobs, StoredEntry } from './entry';
import { findEntry, type Source } from './find-entry';
import { fetchLayer, fetchListing } from './layers';
import { repositoryName, type CacheRepository, type CacheSettings } from './settings';
import { storeEntry } from './store-entry';

export interface RegistryCacheOptions {
  readonly settings: CacheSettings;
  /** The key by which entries are checked, that of the workspace. */
  readonly publicKey: PublicKey | undefined;
  /** The key by which they are signed. */
  readonly signingKey: SigningKey | undefined;
  /** Something that a person should know: an entry that is not used, and why. */
  readonly notice: (message: string) => void;
  /** Something that went wrong. */
  readonly warn: (message: string) => void;
  readonly signal: AbortSignal;
}

/** Results of other machines in a registry, until it is closed. */
export interface RegistryCache extends RemoteCache {
  readonly close: () => Promise<void>;
}

/** A build waits for a registry that is away no longer than this, where a push would. */
const PATIENCE: Partial<Patience> = { attempts: 3, firstPauseMs: 250, silenceMs: 30_000 };

/** Of one entry, or of one question: others may do. */
const OF_ENTRY: readonly DiagnosticCode[] = [
  'cache/refused-entry',
  'signing/wrong-manifest',
  'registry/digest-mismatch',
  'registry/not-found',
];

/** After these there is no use in asking again. */
const AWAY: readonly DiagnosticCode[] = ['registry/unreachable', 'registry/not-trusted'];

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
    work: (repository: Repository, diffId: Digest, blobs: LayerBlobs) => Promise<T>,
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

  return {
    find: async (key) => {
      for (const source of asked) {
        const entry = await findIn(source, key);
        if (entry !== undefined) return entry;
      }
      return undefined;
    },
    contents: async (entry, layers) => {
      const listed = await eachLayer(entry, layers, (repository, diffId, blobs) =>
        fetchListing(repository, diffId, blobs, signal),
      );
      return listed?.map(([, layer]) => layer);
    },
    fetch: async (entry, layers, directory) => {
      const files = await eachLayer(entry, layers, (repository, diffId, blobs) =>
        fetchLayer(repository, diffId, blobs, directory, signal),
      );
      return files && new Map(files);
    },
    store: async (key, result) => {
      if (written === undefined) return;
      const { repository } = written;
      const find = (one: BuildKey) => findIn(written, one);
      const sent = await guard('written', `what was built of ${result.variant}`, () =>
        storeEntry({ repository, key: options.signingKey, find, known, signal }, key, result),
      );
      if (sent === undefined) return;
      const what = result.of === 'rest' ? 'image' : result.of;
      const place = `${repository.connection.host}/${repository.name}`;
      options.notice(`the ${what} of ${result.variant} is in \`${place}\` now (${formatBytes(sent)} sent)`);
    },
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
  const { settings, publicKey, signingKey, warn } = options;
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
  const isTaken = second.key === 'unsigned' || signingKey?.publicKey.pem === second.key.pem;
  if (isTaken) return { asked, written: second };
  const why = signingKey === undefined ? `${KEY_VARIABLE} is not set` : `${KEY_VARIABLE} is not the key of nx.json`;
  warn(
    `nothing is written to \`${repositoryName(own)}\`: ${why}, and builds take from there only what that has signed`,
  );
  return { asked, written: undefined };
}

type Direction = 'read' | 'written';

/** Does something for which a build does not fail. */
type Guard = <T>(direction: Direction, what: string, work: () => Promise<T>) => Promise<T | undefined>;

/** Gives undefined for what goes wrong, and says it: once, where all that follows would go wrong too. */
function createGuard({ notice, warn, signal }: RegistryCacheOptions): Guard {
  const off = new Set<Direction>();
  return async (direction, what, work) => {
    if (off.has(direction)) return undefined;
    try {
      return await work();
    } catch (error) {
      if (signal.aborted) throw interrupted(error);
      const code = error instanceof DiagnosticError ? error.diagnostics[0].code : undefined;
      const isOfRegistry = code?.startsWith('registry/') === true || code === 'signing/wrong-manifest';
      if (code !== undefined && OF_ENTRY.includes(code)) {
        notice(`${what} is not used: ${messageOf(error)}`);
      } else if (isOfRegistry || (direction === 'written' && (code !== undefined || isSystemError(error)))) {
        off.add(direction);
        if (code !== undefined && AWAY.includes(code)) off.add('read').add('written');
        warn(`the cache in the registry is not ${direction}: ${messageOf(error)}`);
      } else {
        throw error;
      }
      return undefined;
    }
  };
}

/** What streams say that are stopped is not for people. */
function interrupted(cause: unknown): unknown {
  if (cause instanceof DiagnosticError) return cause;
  const message = 'interrupted while the registry was asked for what other machines have built';
  return new DiagnosticError({ code: 'build/interrupted', message }, { cause });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
