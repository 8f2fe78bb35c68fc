import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DiagnosticError } from '@immutablue/diagnostics';
import * as z from 'zod';
import { withWorkingFolder } from '../files/working-folder';
import { parseJson } from '../files/parse-json';
import { readText } from '../files/read-text';
import { runCommand, type CommandOptions } from '../process/process';
import { toDigest, toImageId, type Digest, type ImageId } from '../reference';
import { detailsOf, type ImageDetails } from '../store/find-image';
import { configFile, parseImageConfig, type ImageConfig } from '../store/image-config';
import { readImages } from '../store/read-store';
import { blobOf, manifestOf, writeLayoutFiles, type SizedBlob } from './image-layout';

/** An image without its layers, byte for byte: the digest of the configuration is its ID, that of the manifest its digest. */
export interface ImageContent {
  readonly manifest: string;
  readonly config: string;
}

/** An archive of a layer. */
export interface LayerFile {
  readonly path: string;
  /** In bytes. */
  readonly size: number;
}

/** What an {@link ImageContent} says. */
export interface ReadImageContent extends ImageDetails {
  readonly config: ImageConfig;
  /** Its layers with how large their archives are. */
  readonly blobs: readonly SizedBlob[];
}

const manifestSchema = z.object({
  config: z.object({ digest: z.string() }),
  layers: z.array(z.object({ digest: z.string(), size: z.int().nonnegative() })),
});

/** The content of an image of the store. @throws {DiagnosticError} `oci/image-not-found`. */
export async function readImageContent(image: ImageId): Promise<ImageContent> {
  const stored = (await readImages()).find(({ id }) => id === image);
  if (stored === undefined) {
    throw new DiagnosticError({
      code: 'oci/image-not-found',
      message: `the image \`${image}\` is not on this machine`,
    });
  }
  return { manifest: await readText(join(stored.directory, 'manifest')), config: await readText(configFile(stored)) };
}

/**
 * Reads what an image's manifest and configuration say, wherever they come from. Pure.
 *
 * @returns undefined when they are not of one image whose layers are not compressed, as containers-storage has those that are built
 *   in it.
 */
export function parseImageContent({ manifest, config }: ImageContent): ReadImageContent | undefined {
  const [parsedManifest, parsedConfig] = [manifestSchema.safeParse(parseJson(manifest)), parseImageConfig(config)];
  if (!parsedManifest.success || parsedConfig === undefined) return undefined;
  const { digest } = blobOf(Buffer.from(config));
  const details = detailsOf(config, blobOf(Buffer.from(manifest)).digest);
  const named = parsedManifest.data.layers.map((layer) => layer.digest);
  const diffIds = parsedConfig.rootfs.diff_ids;
  const isOne =
    parsedManifest.data.config.digest === digest &&
    named.length === diffIds.length &&
    named.every((layer, index) => layer === diffIds[index] && /^sha256:[0-9a-f]{64}$/.test(layer));
  if (!isOne || details === undefined) return undefined;
  const blobs = parsedManifest.data.layers.map((layer) => ({ digest: toDigest(layer.digest), size: layer.size }));
  return { ...details, config: parsedConfig, blobs };
}

/** The content of an image whose layers are not compressed. Pure. */
export function contentOf(config: ImageConfig, layers: readonly SizedBlob[]): ImageContent {
  const text = JSON.stringify(config);
  return { config: text, manifest: JSON.stringify(manifestOf(blobOf(Buffer.from(text)), layers)) };
}

/**
 * Brings an image into the store as it was on another machine.
 *
 * @param archives files of the layers that the store has not, uncompressed, on the file system of temporary files.
 * @returns its ID.
 */
export async function restoreImage(
  content: ImageContent,
  archives: ReadonlyMap<Digest, LayerFile>,
  options?: CommandOptions,
): Promise<ImageId> {
  const { config, manifest } = { config: Buffer.from(content.config), manifest: Buffer.from(content.manifest) };
  const id = toImageId(blobOf(config).digest);
  await withWorkingFolder('image', async (directory) => {
    const blobs = join(directory, 'blobs', 'sha256');
    await mkdir(blobs, { recursive: true });
    for (const bytes of [config, manifest]) await writeFile(join(blobs, toImageId(blobOf(bytes).digest)), bytes);
    const files = new Map([...archives].map(([digest, { path }]) => [digest, path]));
    await writeLayoutFiles(directory, blobOf(manifest), files);
    await runCommand(['skopeo', 'copy', '--quiet', `oci:${directory}`, `containers-storage:@${id}`], options);
  });
  return id;
}
