import { buffer } from 'node:stream/consumers';
import type { BuildKey } from '@immutablue/plan';
import { findManifest, readBlob, type Repository } from '@immutablue/registry';
import type { PublicKey } from '@immutablue/signing';
import { readEntry, readManifest, type StoredEntry } from './entry';
import { requireSignature } from './signature';

/** A repository, and what is asked of its entries: the signature of a key, or none. */
export interface Source {
  readonly repository: Repository;
  readonly key: PublicKey | 'unsigned';
}

/**
 * The entry of a repository under a key. The manifest names all else by digest, so that its signature is over all of it.
 *
 * @returns undefined when there is none.
 * @throws {DiagnosticError} `cache/refused-entry` for one that must not be used; `registry/…`.
 */
export async function findEntry(
  { repository, key }: Source,
  buildKey: BuildKey,
  signal: AbortSignal,
): Promise<StoredEntry | undefined> {
  const manifest = await findManifest(repository, buildKey, signal);
  if (manifest === undefined) return undefined;
  if (key !== 'unsigned') await requireSignature(repository, manifest.digest, key, signal);
  const { config, blobs } = readManifest(manifest.bytes);
  return readEntry(buildKey, await buffer(readBlob(repository, config, { signal })), blobs);
}
