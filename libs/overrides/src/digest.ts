import { createHash } from 'node:crypto';
import { type Sha256 } from './entry';
import { piecesOf, type FileDescriptor } from './host';

/** Reads an open file to its end, gives every piece to `onPiece`, and returns the digest and the number of bytes. */
export async function digestOf(
  descriptor: FileDescriptor,
  onPiece?: (piece: Uint8Array) => Promise<void>,
): Promise<{ readonly sha256: Sha256; readonly size: number }> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const piece of piecesOf(descriptor)) {
    hash.update(piece);
    await onPiece?.(piece);
    size += piece.length;
  }
  return { sha256: hash.digest('hex') as Sha256, size };
}
