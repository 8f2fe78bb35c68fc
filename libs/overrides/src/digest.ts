import { createHash } from 'node:crypto';
import { type FileHandle } from 'node:fs/promises';
import { type Sha256 } from './entry';

/** A file is read in pieces of this size: large files must not be held in memory. */
const PIECE_BYTES = 256 * 1024;

/** Reads an open file to its end, gives every piece to `onPiece`, and returns the digest and the number of bytes. */
export async function digestOf(
  handle: FileHandle,
  onPiece?: (piece: Uint8Array) => Promise<void>,
): Promise<{ readonly sha256: Sha256; readonly size: number }> {
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(PIECE_BYTES);
  let size = 0;
  for (;;) {
    const { bytesRead } = await handle.read(buffer, 0, PIECE_BYTES, size);
    if (bytesRead === 0) return { sha256: hash.digest('hex') as Sha256, size };
    const piece = buffer.subarray(0, bytesRead);
    hash.update(piece);
    await onPiece?.(piece);
    size += bytesRead;
  }
}
