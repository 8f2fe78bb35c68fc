import { createHash } from 'node:crypto';
import { DiagnosticError } from '@immutablue/diagnostics';
import { toDigest, type Digest } from '@immutablue/oci';
import { questionOf } from './http/exchange';
import { unexpected } from './http/failures';
import { MANIFEST_BYTES, readBody } from './http/read-body';
import type { HttpAnswer } from './http/transport';
import type { Repository } from './open-registry';

/** A manifest or an index, as its bytes are: its digest is of these. */
export interface Manifest {
  readonly mediaType: string;
  readonly bytes: Buffer;
  readonly digest: Digest;
}

export const IMAGE_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
export const IMAGE_INDEX = 'application/vnd.oci.image.index.v1+json';

/** Upstream images may have Docker's types. */
const ACCEPT = [
  IMAGE_MANIFEST,
  IMAGE_INDEX,
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
].join(', ');

/** A manifest of these bytes. */
export function toManifest(bytes: Buffer, mediaType: string): Manifest {
  return { bytes, mediaType, digest: toDigest(`sha256:${createHash('sha256').update(bytes).digest('hex')}`) };
}

/**
 * The manifest under a tag or a digest.
 *
 * https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-manifests
 *
 * @returns undefined when there is none.
 * @throws {DiagnosticError} `registry/digest-mismatch` when it is another than the registry, or `reference`, says; `registry/…`.
 */
export async function findManifest(
  repository: Repository,
  reference: string,
  signal?: AbortSignal,
): Promise<Manifest | undefined> {
  const action = `give the manifest \`${reference}\` of \`${repository.name}\``;
  const call = { ...read(reference), action, method: 'GET', signal } as const;
  return await repository.ask(call, async (answer) => {
    if (answer.status === 404) {
      await answer.discard();
      return undefined;
    }
    const bytes = await readBody(answer, MANIFEST_BYTES, questionOf(repository.connection, { action }));
    const manifest = toManifest(bytes, mediaTypeOf(answer));
    const expected = isDigest(reference) ? reference : (answer.header('docker-content-digest') ?? manifest.digest);
    if (manifest.digest !== expected) throw mismatch(repository, action, manifest.digest);
    return manifest;
  });
}

/**
 * The digest that a tag stands for, or whether a digest is there, without the manifest.
 *
 * @returns undefined when there is none.
 * @throws {DiagnosticError} `registry/…`.
 */
export async function findDigest(
  repository: Repository,
  reference: string,
  signal?: AbortSignal,
): Promise<Digest | undefined> {
  const action = `look for the manifest \`${reference}\` of \`${repository.name}\``;
  const call = { ...read(reference), action, method: 'HEAD', signal } as const;
  const head = await repository.ask(call, async (answer) => {
    await answer.discard();
    return { status: answer.status, digest: answer.header('docker-content-digest') };
  });
  if (head.status === 404) return undefined;
  // The header is optional: https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#checking-if-content-exists-in-the-registry
  if (head.digest === undefined) return (await findManifest(repository, reference, signal))?.digest;
  if (isDigest(head.digest) && (!isDigest(reference) || head.digest === reference)) return toDigest(head.digest);
  throw new DiagnosticError(unexpected(repository.connection.host, action, 'the digest that it names is none'));
}

/** What a registry has done with a manifest. */
export interface PutManifest {
  /** Whether it lists it as a referrer of the manifest's `subject` by itself. */
  readonly subject: 'listed' | 'not listed';
}

/**
 * Sends a manifest, under its digest or a tag. What it names has to be there by then.
 *
 * https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-manifests
 *
 * @throws {DiagnosticError} `registry/digest-mismatch` when the registry has got other bytes; `registry/…`.
 */
export async function putManifest(
  repository: Repository,
  { bytes, mediaType, digest }: Manifest,
  reference: string = digest,
  signal?: AbortSignal,
): Promise<PutManifest> {
  const action = `store the manifest \`${reference}\` of \`${repository.name}\``;
  const call = {
    action,
    method: 'PUT',
    path: `manifests/${reference}`,
    actions: 'pull,push',
    accepts: [201],
    headers: { 'content-type': mediaType },
    body: () => bytes,
    signal,
  } as const;
  return await repository.ask(call, async (answer) => {
    await answer.discard();
    const stored = answer.header('docker-content-digest') ?? digest;
    if (stored !== digest) throw mismatch(repository, action, stored);
    return { subject: answer.header('oci-subject') === undefined ? 'not listed' : 'listed' };
  });
}

/**
 * Removes a manifest by its digest, with all its tags; or a tag, where the registry can do that.
 *
 * https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#content-management
 *
 * @returns whether it was there.
 * @throws {DiagnosticError} `registry/refused` when the registry removes nothing; `registry/…`.
 */
export async function deleteManifest(
  repository: Repository,
  reference: string,
  signal?: AbortSignal,
): Promise<boolean> {
  const call = {
    action: `remove the manifest \`${reference}\` of \`${repository.name}\``,
    method: 'DELETE',
    path: `manifests/${reference}`,
    actions: 'pull,push',
    accepts: [202, 404],
    signal,
  } as const;
  return await repository.ask(call, async (answer) => {
    await answer.discard();
    return answer.status === 202;
  });
}

function read(reference: string) {
  return { path: `manifests/${reference}`, actions: 'pull', accepts: [200, 404], headers: { accept: ACCEPT } } as const;
}

function isDigest(text: string): boolean {
  return /^sha256:[0-9a-f]{64}$/.test(text);
}

/** https://www.rfc-editor.org/rfc/rfc9110#section-8.3.1 */
function mediaTypeOf(answer: HttpAnswer): string {
  return (answer.header('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

function mismatch({ connection: { host } }: Repository, action: string, found: string): DiagnosticError {
  return new DiagnosticError({
    code: 'registry/digest-mismatch',
    message: `registry \`${host}\`, asked to ${action}, has another one: its digest is \`${found.slice(0, 80)}\``,
    hint: 'it is damaged there, or was changed on the way: publish it again',
  });
}
