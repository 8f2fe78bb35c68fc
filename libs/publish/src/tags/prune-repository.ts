import type { Digest } from '@immutablue/oci';
import {
  deleteManifest,
  digestSchema,
  findDigest,
  findManifest,
  listReferrers,
  listTags,
  openRegistry,
  type Manifest,
  type Repository,
} from '@immutablue/registry';
import * as z from 'zod';
import type { Destination } from '../model';
import { parseJson } from '../parse-json';
import { isAttached, tagsToPrune, type ExistingTag, type PrunePolicy, type Pruning } from './prune';

export interface PruneRequest {
  readonly policy: PrunePolicy;
  readonly now: Date;
  /** `show`: only say what would be done. */
  readonly mode: 'remove' | 'show';
  readonly signal: AbortSignal;
}

/**
 * Removes from a repository the tags that it no longer needs, see {@link tagsToPrune}, with what refers to their images. Nothing may be
 * published there meanwhile: a registry removes a manifest with whatever tag it was given after the tags were read.
 *
 * @returns what was removed, or would be.
 * @throws {DiagnosticError} `registry/refused` when the registry removes nothing; `registry/…`, `build/interrupted`.
 */
export async function pruneRepository({ host, repository }: Destination, request: PruneRequest): Promise<Pruning> {
  const registry = await openRegistry(host);
  try {
    return await pruneOpened(registry.repository(repository), request);
  } finally {
    await registry.close();
  }
}

async function pruneOpened(repository: Repository, request: PruneRequest): Promise<Pruning> {
  const { policy, now, mode, signal } = request;
  const existing: ExistingTag[] = [];
  for (const tag of await listTags(repository, signal)) {
    const found = isAttached(tag)
      ? await readAttached(repository, tag, signal)
      : await readTag(repository, tag, signal);
    if (found !== undefined) existing.push(found);
  }
  const pruning = tagsToPrune(existing, policy, now);
  const referrers: Digest[] = [];
  for (const digest of pruning.manifests) {
    referrers.push(...(await listReferrers(repository, digest, signal)).map((referrer) => referrer.digest));
  }
  const manifests = [...new Set([...pruning.manifests, ...referrers])];
  if (mode === 'remove') {
    for (const digest of manifests) await deleteManifest(repository, digest, signal);
  }
  return { ...pruning, manifests };
}

/** A signature by its digest alone. Undefined when it was removed meanwhile. */
async function readAttached(
  repository: Repository,
  tag: string,
  signal: AbortSignal,
): Promise<ExistingTag | undefined> {
  const digest = await findDigest(repository, tag, signal);
  return digest === undefined ? undefined : { tag, digest, platforms: [] };
}

async function readTag(repository: Repository, tag: string, signal: AbortSignal): Promise<ExistingTag | undefined> {
  const manifest = await findManifest(repository, tag, signal);
  return manifest === undefined ? undefined : { tag, digest: manifest.digest, ...readContent(manifest) };
}

/** What prunes asks of an image's manifest, or of an index. https://github.com/opencontainers/image-spec/blob/v1.1.1/annotations.md */
const contentSchema = z.object({
  manifests: z.array(z.object({ digest: digestSchema })).default([]),
  annotations: z.object({ 'org.opencontainers.image.created': z.iso.datetime({ offset: true }).optional() }).optional(),
});

function readContent({ bytes }: Manifest): Pick<ExistingTag, 'platforms' | 'publishedAt'> {
  const content = contentSchema.safeParse(parseJson(bytes));
  if (!content.success) return { platforms: [] };
  const { manifests, annotations } = content.data;
  const created = annotations?.['org.opencontainers.image.created'];
  return {
    platforms: manifests.map(({ digest }) => digest),
    ...(created === undefined ? {} : { publishedAt: new Date(created) }),
  };
}
