import { join } from 'node:path';
import * as z from 'zod';
import { readIfThere } from '../files/read-text';
import { runCommand } from '../process/process';
import type { ImageId } from '../reference';
import { readImages, type StoredImage } from './read-store';

/** The fields that are used of an image's configuration; the others are kept as they are: https://github.com/opencontainers/image-spec/blob/main/config.md */
const configSchema = z.looseObject({
  created: z.string().optional(),
  config: z.looseObject({ Labels: z.record(z.string(), z.string()).nullish() }).nullish(),
  rootfs: z.object({ type: z.literal('layers'), diff_ids: z.array(z.string()) }),
  history: z.array(z.looseObject({ empty_layer: z.boolean().optional() })).nullish(),
});

export type ImageConfig = z.output<typeof configSchema>;

/** The whole configuration of an image of the store. @throws {CommandError} when the store has none of this ID. */
export async function readImageConfig(image: ImageId): Promise<ImageConfig> {
  return configSchema.parse(JSON.parse(await readConfigText(image)));
}

/** The same as its bytes are: the image's ID is their digest. */
export async function readConfigBytes(image: ImageId): Promise<Buffer> {
  return Buffer.from(await readConfigText(image));
}

async function readConfigText(image: ImageId): Promise<string> {
  const stored = (await readImages()).find(({ id }) => id === image);
  return (stored && (await readIfThere(configFile(stored)))) ?? (await askSkopeo(image));
}

/** A configuration from elsewhere; undefined when it is none. Pure. */
export function parseImageConfig(text: string): ImageConfig | undefined {
  try {
    return configSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** Where containers-storage has the configuration of an image. */
export function configFile({ id, directory }: StoredImage): string {
  // An image's ID is the digest of its configuration. containers-storage encodes names that are not fit for a file.
  return join(directory, `=${Buffer.from(`sha256:${id}`).toString('base64')}`);
}

async function askSkopeo(image: ImageId): Promise<string> {
  return (await runCommand(['skopeo', 'inspect', '--config', `containers-storage:@${image}`])).stdout;
}
