import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import {
  findManifest,
  openRegistry,
  putManifest,
  readBlob,
  sourceOfFile,
  uploadBlob,
  type Patience,
  type Registry,
  type Repository,
} from '@immutablue/registry';
import { manifestOf, NO_CONFIG, readEntry, tagOf, type Content, type Trust } from './entry';
import type { Log } from './log';
import type { Place, Places } from './places';
import type { TaskHash } from './task-hash';
import { whileAnswering } from './while-answering';

/** Results of tasks in registries. What goes wrong there is logged, and no result of a task: it runs then. */
export interface Results {
  /** Writes what is kept for a hash to a new file. @returns undefined when there is nothing that counts. */
  readonly find: (hash: TaskHash, file: string) => Promise<Content | undefined>;
  /** Keeps a file for a hash. What is there already stays. */
  readonly keep: (hash: TaskHash, file: string, content: Content) => Promise<Kept>;
  readonly close: () => Promise<void>;
}

export type Kept = 'kept' | 'there already' | 'not kept';

/** Tasks wait for it. */
const PATIENCE: Partial<Patience> = { attempts: 2, firstPauseMs: 200, silenceMs: 10_000 };

/**
 * Opens the repositories, without asking them yet.
 *
 * @param signal ends what is asked of them.
 * @throws {DiagnosticError} `registry/…` when one of them can have no such name.
 */
export async function openResults({ sources, target }: Places, log: Log, signal: AbortSignal): Promise<Results> {
  const registries = new Map<string, Registry>();
  const open = async ({ registry: host, repository }: Place): Promise<Repository> => {
    const registry = registries.get(host) ?? (await openRegistry(host, { patience: PATIENCE }));
    registries.set(host, registry);
    return registry.repository(repository);
  };
  const attemptOn = ({ registry }: Place) =>
    whileAnswering((error) => {
      log.failed(registry, error);
    });
  const look = await Promise.all(
    sources.map(async (source) => {
      const [repository, attempt] = [await open(source), attemptOn(source)];
      return async (hash: TaskHash, file: string) => {
        return await attempt(async () => {
          const content = await find(repository, hash, source.trust, log, signal);
          if (content !== undefined) await pipeline(readBlob(repository, content, { signal }), createWriteStream(file));
          return content;
        });
      };
    }),
  );
  const write =
    target === undefined ? undefined : { ...target, repository: await open(target), attempt: attemptOn(target) };
  return {
    find: async (hash, file) => {
      for (const lookIn of look) {
        const content = await lookIn(hash, file);
        if (content !== undefined) return content;
      }
      return undefined;
    },
    keep: async (hash, file, content) => {
      const kept = await write?.attempt(async (): Promise<Kept> => {
        const { repository, trust, key } = write;
        if ((await find(repository, hash, trust, log, signal)) !== undefined) return 'there already';
        await Promise.all([
          uploadBlob(repository, sourceOfFile(file, content), { signal }),
          uploadBlob(repository, NO_CONFIG, { signal }),
        ]);
        await putManifest(repository, manifestOf(hash, content, key), tagOf(hash), signal);
        return 'kept';
      });
      return kept ?? 'not kept';
    },
    close: async () => {
      await Promise.all([...registries.values()].map((registry) => registry.close()));
    },
  };
}

/** What a repository has for a hash. What does not count is logged, and as if it were not there. */
async function find(
  repository: Repository,
  hash: TaskHash,
  trust: Trust,
  log: Log,
  signal: AbortSignal,
): Promise<Content | undefined> {
  const manifest = await findManifest(repository, tagOf(hash), signal);
  if (manifest === undefined) return undefined;
  const entry = readEntry(hash, manifest, trust);
  if (entry.kind === 'content') return entry.content;
  log.refused(`${repository.connection.host}/${repository.name}:${tagOf(hash)}`, entry.why);
  return undefined;
}
