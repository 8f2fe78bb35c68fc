import { DiagnosticError } from '@immutablue/diagnostics';
import { addressIn } from '../http/addresses';
import { retrying } from '../http/exchange';
import { unexpected } from '../http/failures';
import { streamedBody, type RequestBody } from '../http/request-body';
import type { Retries } from '../http/patience';
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
  const { signal } = options;
  const action = `take blob ${source.digest}`;
  let session: Session | undefined;
  return await retrying(repository.connection, { action, signal }, async (retries) => {
    const before = session?.offset ?? 0;
    session = session === undefined ? undefined : await askForSession(repository, session, action, signal);
    if ((session?.offset ?? 0) > before) retries.progressed();
    if (session === undefined) {
      if (await hasBlob(repository, source.digest, signal)) return 'present';
      const begun = await begin(repository, source, action, options);
      if (begun === 'mounted') return begun;
      session = begun;
    }
    await sendRest(repository, source, options, action, session, retries, (next) => {
      session = next;
    });
    return 'uploaded';
  });
}

/** https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#mounting-a-blob-from-another-repository */
async function begin(
  repository: Repository,
  { digest }: BlobSource,
  action: string,
  { mountFrom, signal }: UploadOptions,
): Promise<Session | 'mounted'> {
  const query = mountFrom === undefined ? '' : `?mount=${digest}&from=${encodeURIComponent(mountFrom)}`;
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
    const leastChunk = Number(/^\d{1,12}$/.exec(answer.header('oci-chunk-min-length') ?? '0')?.[0] ?? 0);
    return { location: locationIn(repository, answer, repository.address(''), action), offset: 0, leastChunk };
  });
}

/** Sends what the registry does not have yet, and closes the upload. */
async function sendRest(
  repository: Repository,
  source: BlobSource,
  { chunkBytes = CHUNK_BYTES, onBytes, signal }: UploadOptions,
  action: string,
  begun: Session,
  retries: Retries,
  onSession: (session: Session) => void,
): Promise<void> {
  let session = begun;
  const step = Math.max(chunkBytes, session.leastChunk);
  const send = async (method: 'PATCH' | 'PUT', end: number, accepts: readonly number[]): Promise<Session> => {
    const { location, offset } = session;
    const call: RepositoryCall = {
      action,
      method,
      path: method === 'PUT' ? closing(location, source.digest) : location,
      actions: 'pull,push',
      accepts,
      headers: {
        'content-length': String(end - offset),
        'content-type': 'application/octet-stream',
        // A blob in one request, and the end of one, have none.
        ...(end - offset === source.size || end === offset ? {} : { 'content-range': chunkRange(offset, end) }),
      },
      ...(end === offset ? {} : { body: bodyOf(source, offset, end, onBytes) }),
      signal,
    };
    return await repository.askOnce(call, async (answer) => {
      await answer.discard();
      if (method === 'PUT') return session;
      const next = uploadedBytes(answer.header('range')) ?? end;
      if (next <= offset || next > end) {
        throw new DiagnosticError(unexpected(repository.connection.host, action, 'it has other bytes than were sent'));
      }
      return { ...session, location: locationIn(repository, answer, location, action), offset: next };
    });
  };
  onBytes?.(session.offset);
  // What fits in one request is sent with the one that closes the upload.
  while (source.size > step && session.offset < source.size) {
    session = await send('PATCH', Math.min(session.offset + step, source.size), [202]);
    onSession(session);
    retries.progressed();
  }
  await send('PUT', source.size, [201]);
}

function bodyOf(source: BlobSource, start: number, end: number, onBytes: UploadOptions['onBytes']): RequestBody {
  return () => {
    let sent = start;
    const count = (bytes: number) => {
      sent += bytes;
      onBytes?.(sent);
    };
    return streamedBody(() => source.open(start, end), count)();
  };
}

/** @returns undefined when the registry has forgotten the upload. */
async function askForSession(
  repository: Repository,
  session: Session,
  action: string,
  signal: AbortSignal | undefined,
): Promise<Session | undefined> {
  const call: RepositoryCall = {
    action,
    method: 'GET',
    path: session.location,
    actions: 'pull,push',
    accepts: [204, 404],
    signal,
  };
  return await repository.askOnce(call, async (answer) => {
    await answer.discard();
    const offset = uploadedBytes(answer.header('range'));
    if (answer.status === 404 || offset === undefined) return undefined;
    const moved = answer.header('location') !== undefined;
    return {
      ...session,
      offset,
      location: moved ? locationIn(repository, answer, session.location, action) : session.location,
    };
  });
}

function closing(location: URL, digest: string): URL {
  const url = new URL(location);
  url.searchParams.set('digest', digest);
  return url;
}

function locationIn(repository: Repository, answer: HttpAnswer, from: URL, action: string): URL {
  const location = addressIn(answer.header('location'), from);
  if (location !== undefined) return location;
  const what = 'it names no address that may be followed for the upload';
  throw new DiagnosticError(unexpected(repository.connection.host, action, what));
}
