import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { toDigest, type LayerBlob } from '@immutablue/oci';
import * as z from 'zod';

const descriptionSchema = z.object({ digest: z.string().transform(toDigest), size: z.number() });

/** Reads a layer's archive once and writes digest and size beside it. */
export async function writeLayerDescription(archive: string, signal: AbortSignal): Promise<void> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(archive, { highWaterMark: 1 << 20 }), hash, { signal });
  const description = { digest: `sha256:${hash.digest('hex')}`, size: (await stat(archive)).size };
  await writeFile(descriptionOf(archive), JSON.stringify(description));
}

/** The layer in an archive that {@link writeLayerDescription} was called for. */
export async function readLayer(archive: string): Promise<LayerBlob & { readonly archive: string }> {
  return { archive, ...descriptionSchema.parse(JSON.parse(await readFile(descriptionOf(archive), 'utf8'))) };
}

function descriptionOf(archive: string): string {
  return `${archive}.json`;
}
