import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { DiagnosticError } from '@immutablue/diagnostics';
import { readBytes } from '../files/read-text';
import type { Digest } from '../reference';
import { requireStoredLayer, type StoredLayer } from '../store/read-store';
import { tarSplitPieces } from './tar-split';

/**
 * The archive of a layer of the store, byte for byte as it was committed: what skopeo would copy, without all the layers below it.
 *
 * @returns a stream that fails with {DiagnosticError} `oci/layer-damaged` at its end when what the store has is not the layer any
 *   more: nothing may be made of it before that.
 * @throws {DiagnosticError} `oci/layer-not-found` when the store has no record of it.
 */
export async function openLayerArchive(diffId: Digest): Promise<AsyncIterable<Buffer>> {
  const layer = await requireStoredLayer(diffId);
  const compressed = await readBytes(join(layer.directory, `${layer.id}.tar-split.gz`));
  const text = (await promisify(gunzip)(compressed)).toString();
  return checkedArchive(layer, diffId, text);
}

async function* checkedArchive(layer: StoredLayer, diffId: Digest, tarSplit: string): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  for await (const piece of archiveOf(tarSplit, (path) => createReadStream(inFolder(layer.content, path)))) {
    hash.update(piece);
    yield piece;
  }
  const found = `sha256:${hash.digest('hex')}`;
  if (found === diffId) return;
  throw new DiagnosticError({
    code: 'oci/layer-damaged',
    message: `the layer \`${diffId}\` in the store is damaged: its digest is \`${found}\``,
    notes: [layer.content],
    hint: 'something has written there besides containers-storage: remove the image, and build it again',
  });
}

/** A name is bytes: not each is UTF-8. */
function inFolder(folder: string, path: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${folder}/`), path]);
}

/**
 * Puts an archive together from its tar-split and the content of its files. Pure but for `open`.
 *
 * @param open gives the content of a file, by its path in the layer.
 */
export async function* archiveOf(
  tarSplit: string,
  open: (path: Buffer) => AsyncIterable<Buffer>,
): AsyncGenerator<Buffer> {
  for (const piece of tarSplitPieces(tarSplit)) {
    if (piece.kind === 'bytes') yield piece.bytes;
    else if (piece.size > 0) yield* open(piece.path);
  }
}
