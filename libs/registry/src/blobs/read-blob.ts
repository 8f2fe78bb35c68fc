import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { DiagnosticError } from '@immutablue/diagnostics';
import type { Sized } from '../descriptor';
import { questionOf } from '../http/exchange';
import { networkFailure, unexpected } from '../http/failures';
import { createRetries } from '../http/patience';
import type { HttpAnswer } from '../http/transport';
import type { Repository, RepositoryCall } from '../open-registry';
import { answeredStart } from './range';

export interface ReadBlobOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called with the number of bytes that are there by now. */
  readonly onBytes?: (bytes: number) => void;
}

/**
 * The bytes of a blob. A connection that is cut is opened again for the rest. Whether they are the right ones is known at their end:
 * the stream fails instead of ending when they are not.
 *
 * https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-blobs
 *
 * @returns a stream that fails with {DiagnosticError} `registry/not-found`, `registry/digest-mismatch`, `registry/…`, `build/interrupted`.
 */
export function readBlob(repository: Repository, blob: Sized, options: ReadBlobOptions = {}): Readable {
  return Readable.from(checkedPieces(repository, blob, options), { objectMode: false });
}

async function* checkedPieces(
  repository: Repository,
  { digest, size }: Sized,
  { signal, onBytes }: ReadBlobOptions,
): AsyncGenerator<Buffer> {
  const { connection } = repository;
  const action = `give blob ${digest}`;
  const question = questionOf(connection, { action });
  const retries = createRetries(connection.patience, signal);
  const hash = createHash('sha256');
  let bytes = 0;
  while (bytes < size || size === 0) {
    try {
      for await (const piece of await openAt(repository, digest, bytes, action, signal)) {
        bytes += piece.length;
        if (bytes > size) throw mismatch(repository, digest, `it has more than ${size} bytes`);
        hash.update(piece);
        onBytes?.(bytes);
        retries.progressed();
        yield piece;
      }
      break;
    } catch (error) {
      try {
        await retries.pauseAfter(networkFailure(error, question, signal));
      } catch (final) {
        throw networkFailure(final, question, signal);
      }
    }
  }
  if (bytes !== size) throw mismatch(repository, digest, `it has ${bytes} bytes in place of ${size}`);
  const found = hash.digest('hex');
  if (digest !== `sha256:${found}`) throw mismatch(repository, digest, `its digest is sha256:${found}`);
}

/** The bytes of a blob from `start` on, whether or not the registry can begin there. */
async function openAt(
  repository: Repository,
  digest: string,
  start: number,
  action: string,
  signal: AbortSignal | undefined,
): Promise<AsyncIterable<Buffer>> {
  const call: RepositoryCall = {
    action,
    method: 'GET',
    path: `blobs/${digest}`,
    actions: 'pull',
    accepts: [200, 206],
    headers: start === 0 ? {} : { range: `bytes=${start}-` },
    signal,
  };
  return await repository.askOnce(call, (answer) => Promise.resolve(piecesFrom(repository, action, answer, start)));
}

function piecesFrom(repository: Repository, action: string, answer: HttpAnswer, start: number): AsyncIterable<Buffer> {
  const first = answer.status === 206 ? answeredStart(answer.header('content-range')) : 0;
  const body = answer.body as AsyncIterable<Buffer>;
  if (first === start) return body;
  if (first === 0) return without(body, start);
  answer.body.destroy();
  throw new DiagnosticError(unexpected(repository.connection.host, action, 'it begins elsewhere than was asked for'));
}

async function* without(pieces: AsyncIterable<Buffer>, bytes: number): AsyncGenerator<Buffer> {
  let left = bytes;
  for await (const piece of pieces) {
    if (piece.length > left) yield piece.subarray(left);
    left = Math.max(0, left - piece.length);
  }
}

function mismatch({ name, connection: { host } }: Repository, digest: string, what: string): DiagnosticError {
  return new DiagnosticError({
    code: 'registry/digest-mismatch',
    message: `what registry \`${host}\` gives as blob ${digest} of \`${name}\` is not that blob: ${what}`,
    hint: 'it is damaged there, or was changed on the way: publish it again',
  });
}
