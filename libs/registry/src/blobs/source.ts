import { createReadStream } from 'node:fs';
import { createHash } from 'node:crypto';
import { toDigest } from '@immutablue/oci';
import type { Sized } from '../descriptor';

/** What is uploaded: bytes that can be read again from any place. */
export interface BlobSource extends Sized {
  /** The bytes from `start` to before `end`. */
  readonly open: (start: number, end: number) => AsyncIterable<Uint8Array>;
}

export function sourceOfBytes(bytes: Buffer): BlobSource {
  const digest = toDigest(`sha256:${createHash('sha256').update(bytes).digest('hex')}`);
  return { digest, size: bytes.length, open: (start, end) => piecesOf(bytes.subarray(start, end)) };
}

/** @param blob the digest and the size of the file, which are known already. */
export function sourceOfFile(path: string, blob: Sized): BlobSource {
  return {
    ...blob,
    open: (start, end) => (start === end ? piecesOf(Buffer.alloc(0)) : createReadStream(path, { start, end: end - 1 })),
  };
}

/** Progress is counted by pieces. */
const PIECE_BYTES = 65_536;

async function* piecesOf(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    yield await Promise.resolve(bytes.subarray(at, at + PIECE_BYTES));
  }
}
