import { Readable } from 'node:stream';

/** Opens what a request sends, from its start: a request may be sent again. */
export type RequestBody = () => Readable | Buffer;

/** What is sent could not be read: no fault of the network. */
export class SourceFailure extends Error {}

/**
 * A body that is read while it is sent.
 *
 * @param onBytes called with the number of bytes of each piece that is handed to the connection.
 */
export function streamedBody(open: () => AsyncIterable<Uint8Array>, onBytes: (bytes: number) => void): RequestBody {
  return () => Readable.from(observed(open, onBytes), { objectMode: false });
}

async function* observed(
  open: () => AsyncIterable<Uint8Array>,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  // A connection that is cut is thrown into this generator, not into the next one, which ends.
  for await (const piece of fromSource(open)) {
    onBytes(piece.length);
    yield piece;
  }
}

async function* fromSource(open: () => AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* open();
  } catch (error) {
    throw new SourceFailure('what is uploaded cannot be read', { cause: error });
  }
}
