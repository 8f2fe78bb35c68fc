import { Readable } from 'node:stream';
import { DiagnosticError } from '@immutablue/diagnostics';

/** Opens what a request sends, from its start: a request may be sent again. */
export type RequestBody = () => Readable | Buffer;

/** What is sent could not be read, which is `cause`: no fault of the network. */
export class SourceFailure extends Error {}

/**
 * A body that is read while it is sent.
 *
 * @param length how many bytes it has to have.
 * @param onBytes called with the number of bytes that were handed to the connection by then.
 */
export function streamedBody(
  open: () => AsyncIterable<Uint8Array>,
  length: number,
  onBytes: (bytes: number) => void,
): RequestBody {
  return () => Readable.from(observed(open, length, onBytes), { objectMode: false });
}

async function* observed(
  open: () => AsyncIterable<Uint8Array>,
  length: number,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  // A connection that is cut is thrown into this generator, not into the next one, which ends.
  let bytes = 0;
  for await (const piece of fromSource(open)) {
    bytes += piece.length;
    if (bytes > length) break;
    onBytes(bytes);
    yield piece;
  }
  if (bytes === length) return;
  const message = 'what is uploaded has changed meanwhile: it has another length';
  throw new SourceFailure(message, { cause: new DiagnosticError({ code: 'file/changed', message }) });
}

async function* fromSource(open: () => AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* open();
  } catch (error) {
    throw new SourceFailure('what is uploaded cannot be read', { cause: error });
  }
}
