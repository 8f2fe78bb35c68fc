import { createHash } from 'node:crypto';
import { DiagnosticError } from '@immutablue/diagnostics';
import * as z from 'zod';
import { parseJson } from '../files/parse-json';
import { readIfThere } from '../files/read-text';
import { runCommand, tryCommand } from '../process/process';
import { toDigest, toImageId, type Digest, type ImageId } from '../reference';
import { configFile } from './image-config';
import { readImages, type StoredImage } from './read-store';

/** An image of the store. */
export interface ImageDetails {
  readonly id: ImageId;
  readonly digest: Digest;
  /** OCI architecture, `amd64` for example. */
  readonly architecture: string;
  readonly labels: Readonly<Record<string, string>>;
  /** diffIDs, lowest layer first. */
  readonly layers: readonly Digest[];
  /** Seconds since 1970. */
  readonly created: number;
}

// https://github.com/opencontainers/image-spec/blob/main/config.md
const configurationSchema = z.object({
  created: z.string().optional(),
  architecture: z.string(),
  config: z.object({ Labels: z.record(z.string(), z.string()).nullish() }).nullish(),
  rootfs: z.object({ diff_ids: z.array(z.string()).nullable() }),
});

// The same, as `buildah inspect` wraps it.
const inspectSchema = z.object({
  FromImageID: z.string(),
  FromImageDigest: z.string(),
  OCIv1: configurationSchema,
});

/**
 * An image of the store by ID or reference, or undefined when the store has none of that name. What is named in full is read
 * from the store's files: one millisecond, where buildah takes twenty.
 */
export async function findImage(image: string): Promise<ImageDetails | undefined> {
  const stored = (await readImages()).find(({ id, names }) => id === image || names.includes(image));
  return (stored && (await readDetails(stored))) ?? (await inspectImage(image));
}

/** Like {@link findImage}. @throws {DiagnosticError} `oci/image-not-found` with `hint` when there is none. */
export async function requireImage(image: string, hint: string): Promise<ImageDetails> {
  const details = await findImage(image);
  if (details !== undefined) return details;
  throw new DiagnosticError({
    code: 'oci/image-not-found',
    message: `the image \`${image}\` is not on this machine`,
    hint,
  });
}

/** Undefined while another process is still writing the image. */
async function readDetails(image: StoredImage): Promise<ImageDetails | undefined> {
  const text = await readIfThere(configFile(image));
  if (text === undefined || image.digest === undefined) return undefined;
  return toDetails(image.id, image.digest, configurationSchema.parse(JSON.parse(text)));
}

/** Asks buildah, which knows shortened IDs and names, too. */
async function inspectImage(image: string): Promise<ImageDetails | undefined> {
  const result = await tryCommand(['buildah', 'inspect', '--type', 'image', image]);
  if (result.exitCode !== 0) {
    // A store that cannot be read fails here, too: then the next command says why.
    if (result.tail.some((line) => /not known|no such image|image not known|does not resolve/i.test(line))) {
      return undefined;
    }
    await runCommand(['buildah', 'images', '--quiet']);
    return undefined;
  }
  const found = inspectSchema.parse(JSON.parse(result.stdout));
  return toDetails(found.FromImageID, found.FromImageDigest, found.OCIv1);
}

// What is from elsewhere is looked at before it is believed.
const strictSchema = configurationSchema.extend({
  created: z.iso.datetime({ offset: true }).optional(),
  rootfs: z.object({ diff_ids: z.array(z.string().regex(/^sha256:[0-9a-f]{64}$/)).nullable() }),
});

/**
 * What the bytes of a configuration say of their image, wherever they come from. Pure.
 *
 * @param digest that of the image's manifest.
 * @returns undefined when they are no configuration.
 */
export function detailsOf(config: string, digest: Digest): ImageDetails | undefined {
  const parsed = strictSchema.safeParse(parseJson(config)).data;
  return parsed && toDetails(createHash('sha256').update(config).digest('hex'), digest, parsed);
}

function toDetails(id: string, digest: string, configuration: z.infer<typeof configurationSchema>): ImageDetails {
  return {
    id: toImageId(id),
    digest: toDigest(digest),
    architecture: configuration.architecture,
    labels: configuration.config?.Labels ?? {},
    layers: (configuration.rootfs.diff_ids ?? []).map(toDigest),
    created: Math.floor(Date.parse(configuration.created ?? '1970-01-01T00:00:00Z') / 1000),
  };
}
