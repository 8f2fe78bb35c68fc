import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { toDigest, type Digest } from '@immutablue/oci';
import * as z from 'zod';

/** A layer of an image, as an uncompressed tar. */
export interface Layer {
  readonly tarFile: string;
  /** Of the tar: the layer's diffID and its blob at the same time. */
  readonly digest: Digest;
  readonly size: number;
}

const descriptionSchema = z.object({ digest: z.string().transform(toDigest), size: z.number() });

/** Reads a tar once and writes digest and size beside it, so that they need not be worked out again. */
export async function writeLayerDescription(tarFile: string, signal: AbortSignal): Promise<void> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(tarFile, { highWaterMark: 1 << 20 }), hash, { signal });
  const description = { digest: `sha256:${hash.digest('hex')}`, size: (await stat(tarFile)).size };
  await writeFile(descriptionOf(tarFile), JSON.stringify(description));
}

/** The layer in a tar that {@link writeLayerDescription} was called for. */
export async function readLayer(tarFile: string): Promise<Layer> {
  return { tarFile, ...descriptionSchema.parse(JSON.parse(await readFile(descriptionOf(tarFile), 'utf8'))) };
}

function descriptionOf(tarFile: string): string {
  return `${tarFile}.json`;
}
