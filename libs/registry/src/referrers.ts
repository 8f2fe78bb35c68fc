import { DiagnosticError } from '@immutablue/diagnostics';
import type { Digest } from '@immutablue/oci';
import * as z from 'zod';
import { descriptorSchema, tagOf, type Descriptor } from './descriptor';
import { parseJson, unexpected } from './http/failures';
import { findManifest, IMAGE_INDEX, putManifest, toManifest, type Manifest } from './manifests';
import type { Repository } from './open-registry';
import { readPages } from './pages';

const indexSchema = z.object({ manifests: z.array(descriptorSchema) });

/**
 * What refers to a manifest: signatures, SBOMs, attestations. Where a registry has no list of them, by the tag in its place.
 *
 * https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-referrers
 *
 * @throws {DiagnosticError} `registry/…`, `build/interrupted`.
 */
export async function listReferrers(
  repository: Repository,
  subject: Digest,
  signal?: AbortSignal,
): Promise<readonly Descriptor[]> {
  const list = { path: `referrers/${subject}`, action: `list what refers to ${subject}`, signal };
  const pages = await readPages(repository, list, indexSchema);
  if (pages !== undefined) return pages.flatMap(({ value }) => value.manifests);
  return await readFallback(repository, subject, signal);
}

/**
 * Sends a manifest that has `referrer.subject`, and has it listed there.
 *
 * https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-manifests-with-subject
 *
 * @param descriptor what the list says of it besides its digest.
 * @throws {DiagnosticError} `registry/refused` when others change the list all the time; `registry/…`, `build/interrupted`.
 */
export async function putReferrer(
  repository: Repository,
  manifest: Manifest,
  { subject, ...described }: { readonly subject: Digest } & Pick<Descriptor, 'artifactType' | 'annotations'>,
  signal?: AbortSignal,
): Promise<void> {
  if ((await putManifest(repository, manifest, manifest.digest, signal)).subject === 'listed') return;
  const { mediaType, digest, bytes } = manifest;
  const own: Descriptor = { mediaType, digest, size: bytes.length, ...described };
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
    const listed = await readFallback(repository, subject, signal);
    if (listed.some((descriptor) => descriptor.digest === digest)) return;
    const index = { schemaVersion: 2, mediaType: IMAGE_INDEX, manifests: [...listed, own] };
    await putManifest(repository, toManifest(Buffer.from(JSON.stringify(index)), IMAGE_INDEX), tagOf(subject), signal);
  }
  // It may have been put there last; what counts is what is there.
  if ((await readFallback(repository, subject, signal)).some((descriptor) => descriptor.digest === digest)) return;
  throw new DiagnosticError({
    code: 'registry/refused',
    message: `registry \`${repository.connection.host}\` does not keep the list of what refers to ${subject}`,
    hint: 'another client changes the same list: try again when that has ended',
  });
}

/** A registry cannot change a tag only if it is still the same: what another client wrote meanwhile is read and written again. */
const MOST_ATTEMPTS = 4;

/** https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#referrers-tag-schema */
async function readFallback(
  repository: Repository,
  subject: Digest,
  signal: AbortSignal | undefined,
): Promise<readonly Descriptor[]> {
  const manifest = await findManifest(repository, tagOf(subject), signal);
  if (manifest === undefined) return [];
  const parsed = indexSchema.safeParse(parseJson(manifest.bytes.toString()));
  if (parsed.success) return parsed.data.manifests;
  const what = `what is tagged \`${tagOf(subject)}\` is no index`;
  throw new DiagnosticError(unexpected(repository.connection.host, `list what refers to ${subject}`, what));
}
