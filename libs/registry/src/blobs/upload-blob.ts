import { DiagnosticError } from '@immutablue/diagnostics';
import { addressIn } from '../http/addresses';
import { retrying } from '../http/exchange';
import { unexpected } from '../http/failures';
import { streamedBody } from '../http/request-body';
import type { HttpAnswer } from '../http/transport';
import type { Repository, RepositoryCall } from '../open-registry';
import { hasBlob } from './find-blob';
import { chunkRange, uploadedBytes } from './range';
import type { BlobSource } from './source';

export interface UploadOptions {
  /** A repository of the same registry that may have the blob: it is taken from there, and no byte is sent. */
  readonly mountFrom?: string;
  readonly signal?: AbortSignal | undefined;
  /** Called with the number of bytes that were sent; fewer than before when some have to be sent again. */
  readonly onBytes?: (bytes: number) => void;
  /** What is larger is sent in chunks of this size, in bytes. */
  readonly chunkBytes?: number;
}

/** How a blob has come into a repository. */
export type UploadOutcome = 'present' | 'mounted' | 'uploaded';

/** An upload that goes on. The registry says after each request where the next one goes. */
interface Session {
  readonly location: URL;
  /** How many bytes the registry has. */
  readonly offset: number;
  /** It refuses smaller chunks, but for the last one. */
  readonly leastChunk: number;
}

const CHUNK_BYTES = 64 * 1024 * 1024;

/** What stays the same from the first request for a blob to the last. */
interface Upload extends UploadOptions {
  readonly repository: Repository;
  readonly source: BlobSource;
  readonly action: string;
}

/**
 * Has a repository have a blob: asks for it, has it mounted, or sends it. An upload that is cut goes on where the registry says that
 * it is, and from its start where the registry has forgotten it, as distribution 2 does.
 *
 * https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-blobs
 *
 * @throws {DiagnosticError} `registry/…`; `build/interrupted`; what `source` throws.
 */
export async function uploadBlob(
  repository: Repository,
  source: BlobSource,
  options: UploadOptions = {},
): Promise<UploadOutcome> {
  const upload: Upload = { ...options, repository, source, action: `take blob ${source.digest}` };
  let session: Session | undefined;
  return await retrying(repository.connection, upload, async (retries) => {
    const before = session?.offset ?? 0;
    session = session === undefined ? undefined : await askForSession(upload, session);
    if ((session?.offset ?? 0) > before) retries.progressed();
    if (session === undefined) {
      if (await hasBlob(repository, source.digest, options.signal)) return 'present';
      const begun = await begin(upload);
      if (begun === 'mounted') return begun;
      session = begun;
    }
    for (;;) {
      const next = await sendNext(upload, session);
      if (next === 'closed') return 'uploaded';
      session = next;
      retries.progressed();
    }
  });
}

/** https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#mounting-a-blob-from-another-repository */
async function begin(upload: Upload): Promise<Session | 'mounted'> {
  const { repository, source, action, mountFrom, signal } = upload;
  const query = mountFrom === undefined ? '' : `?mount=${source.digest}&from=${encodeURIComponent(mountFrom)}`;
  const call: RepositoryCall = {
    action,
    method: 'POST',
    path: `blobs/uploads/${query}`,
    actions: 'pull,push',
    ...(mountFrom === undefined ? {} : { alsoPulls: mountFrom }),
    accepts: mountFrom === undefined ? [202] : [201, 202],
    headers: { 'content-length': '0' },
    signal,
  };
  return await repository.askOnce(call, async (answer) => {
    await answer.discard();
    if (answer.status === 201) return 'mounted';
    const leastChunk = Number(/^\d{1,12}$/.exec(answer.header('oci-chunk-min-length') ?? '')?.[0] ?? 0);
    return { location: locationIn(upload, answer, repository.address('')), offset: 0, leastChunk };
  });
}

/** Sends the next chunk; or the end, and closes the upload with it. What fits in one request is that end. */
async function sendNext(upload: Upload, session: Session): Promise<Session | 'closed'> {
  const { repository, source, action, onBytes, signal } = upload;
  const { location, offset, leastChunk } = session;
  const chunk = Math.max(upload.chunkBytes ?? CHUNK_BYTES, leastChunk);
  const isChunk = source.size > chunk && offset < source.size;
  const end = isChunk ? Math.min(offset + chunk, source.size) : source.size;
  const length = end - offset;
  onBytes?.(offset);
  const body = streamedBody(
    () => source.open(offset, end),
    length,
    (bytes) => onBytes?.(offset + bytes),
  );
  const call: RepositoryCall = {
    action,
    method: isChunk ? 'PATCH' : 'PUT',
    path: isChunk ? location : closing(location, source.digest),
    actions: 'pull,push',
    accepts: isChunk ? [202] : [201],
    headers: {
      'content-length': String(length),
      'content-type': 'application/octet-stream',
      // A blob in one request, and an end without bytes, have none.
      ...(length === source.size || length === 0 ? {} : { 'content-range': chunkRange(offset, end) }),
    },
    ...(length === 0 ? {} : { body }),
    signal,
  };
  return await repository.askOnce(call, async (answer) => {
    await answer.discard();
    if (!isChunk) return 'closed';
    const next = uploadedBytes(answer.header('range')) ?? end;
    if (next > offset && next <= end)
      return { ...session, location: locationIn(upload, answer, location), offset: next };
    throw new DiagnosticError(unexpected(repository.connection.host, action, 'it has other bytes than were sent'));
  });
}

/** @returns undefined when the registry has forgotten the upload. */
async function askForSession(upload: Upload, session: Session): Promise<Session | undefined> {
  const { repository, action, signal } = upload;
  const { location } = session;
  const call = { action, method: 'GET', path: location, actions: 'pull,push', accepts: [204, 404], signal } as const;
  return await repository.askOnce(call, async (answer) => {
    await answer.discard();
    const offset = uploadedBytes(answer.header('range'));
    if (answer.status === 404 || offset === undefined || offset > upload.source.size) return undefined;
    const isMoved = answer.header('location') !== undefined;
    return { ...session, offset, location: isMoved ? locationIn(upload, answer, location) : location };
  });
}

function closing(location: URL, digest: string): URL {
  const url = new URL(location);
  url.searchParams.set('digest', digest);
  return url;
}

function locationIn({ repository, action }: Upload, answer: HttpAnswer, from: URL): URL {
  const location = addressIn(answer.header('location'), from);
  if (location !== undefined) return location;
  const what = 'it names no address that may be followed for the upload';
  throw new DiagnosticError(unexpected(repository.connection.host, action, what));
}
