import { join } from 'node:path';
import { lineWriter } from '@immutablue/diagnostics';
import { readText } from '@immutablue/oci';
import { KEY_VARIABLE, parsePublicKey, readSigningKey } from '@immutablue/signing';
import type { BuildEvent, Remote } from '@immutablue/stage-runner';
import { cacheSettings } from './cache-settings';
import type { Task } from './task';

/** Where it says what it does. */
interface Words {
  readonly notice: (message: string) => void;
  readonly warn: (message: string) => void;
  readonly say: Remote['say'];
}

/** Has a build say what the registry's cache does. */
export function wordsIn(emit: (event: BuildEvent) => void): Words {
  return {
    notice: (message) => {
      emit({ kind: 'notice', stage: 'registry', message });
    },
    warn: (message) => {
      emit({ kind: 'warning', stage: 'registry', message });
    },
    say: (message) => {
      emit({ kind: 'waiting', message });
    },
  };
}

const writeLine = lineWriter(process.stderr);

/** The same for a command whose output is its result. */
export const WORDS_BESIDE: Words = {
  notice: (message) => {
    writeLine(`note: ${message}`);
  },
  warn: (message) => {
    writeLine(`warning: ${message}`);
  },
  say: writeLine,
};

/**
 * Does `work` with what other machines have built, where a registry for that is configured.
 *
 * @throws {DiagnosticError} `cache/not-configured`, `signing/…` when nx.json or the environment are wrong about it.
 */
export async function withRemoteCache<T>(
  { workspaceRoot, plugin }: Pick<Task<unknown>, 'workspaceRoot' | 'plugin'>,
  { hits, use, ...words }: Words & Pick<Remote, 'hits'> & { readonly use: 'read' | 'write' },
  signal: AbortSignal,
  work: (remote: Remote | undefined) => Promise<T>,
): Promise<T> {
  const settings = cacheSettings(plugin.cache, process.env);
  if (settings === undefined) return work(undefined);
  // Most builds ask no registry: loaded when one does.
  const { openRegistryCache } = await import('@immutablue/registry-cache');
  const publicKeyFile = plugin.signing === undefined ? undefined : join(workspaceRoot, plugin.signing.publicKey);
  const isKeyGiven = (process.env[KEY_VARIABLE] ?? '') !== '';
  const cache = await openRegistryCache({
    ...words,
    ...{ settings, use },
    publicKey: publicKeyFile === undefined ? undefined : parsePublicKey(await readText(publicKeyFile), publicKeyFile),
    // Opening a key with a password takes half a second.
    signingKey:
      use === 'read' || settings.own === undefined || !isKeyGiven ? undefined : await readSigningKey(process.env),
    signal,
  });
  try {
    return await work({ cache, hits, signal, say: words.say });
  } finally {
    await cache.close();
  }
}
