import * as z from 'zod';
import { paddedSize, readTarEntry, type TarEntry } from './tar-header';

/** https://github.com/vbatts/tar-split/blob/main/tar/storage/entry.go: 1 stands for the content of a file, 2 for other bytes. */
const lineSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal(1),
    name: z.string().optional(),
    /** In place of a name that is no UTF-8: its bytes, as base64. */
    name_raw: z.string().optional(),
    size: z.number().optional(),
    payload: z.string().nullish(),
  }),
  z.object({ type: z.literal(2), payload: z.string() }),
]);

/** What an archive consists of, in its order. */
type Piece =
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  | { readonly kind: 'content'; readonly path: Buffer; readonly size: number };

/** The pieces of an archive: its bytes, and in between the content of files, by their paths. */
export function* tarSplitPieces(text: string): Generator<Piece> {
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const read = lineSchema.parse(JSON.parse(line));
    if (read.type === 2) yield { kind: 'bytes', bytes: Buffer.from(read.payload, 'base64') };
    else {
      const path = read.name_raw === undefined ? Buffer.from(read.name ?? '') : Buffer.from(read.name_raw, 'base64');
      yield { kind: 'content', path, size: read.size ?? 0 };
    }
  }
}

/**
 * The entries of a layer from its tar-split, in which containers-storage keeps every byte of the layer's archive except the
 * content of files. So it tells what the layer holds, whatever the storage driver has made of it on disk.
 *
 * @param text lines of JSON.
 */
export function readTarSplit(text: string): TarEntry[] {
  const entries: TarEntry[] = [];
  let pending: Buffer[] = [];
  // Fills up the last block of the content before.
  let padding = 0;
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const read = lineSchema.parse(JSON.parse(line));
    if (read.type === 2) {
      pending.push(Buffer.from(read.payload, 'base64'));
      continue;
    }
    const entry = readTarEntry(Buffer.concat(pending).subarray(padding));
    // The payload is the CRC-64 of the content: not collision-resistant.
    if (entry !== undefined)
      entries.push(typeof read.payload !== 'string' ? entry : { ...entry, checksum: read.payload });
    const size = read.size ?? 0;
    padding = paddedSize(size) - size;
    pending = [];
  }
  return entries;
}
