import { buffer } from 'node:stream/consumers';
import { DiagnosticError } from '@immutablue/diagnostics';
import { toImageId, type Digest, type ImageId } from '@immutablue/oci';
import * as z from 'zod';
import { readBlob } from '../blobs/read-blob';
import { descriptorSchema, digestSchema, type Descriptor } from '../descriptor';
import { findManifest, type Manifest } from '../manifests';
import type { Repository } from '../open-registry';

/** A layer of an image in a registry. */
export interface PublishedLayer {
  readonly diffId: Digest;
  readonly blob: Descriptor;
}

/** An image in a registry. */
export interface PublishedImage {
  readonly repository: Repository;
  readonly digest: Digest;
  /** What the image is called in a store: the digest of its configuration. */
  readonly id: ImageId;
  readonly config: Buffer;
  /** As the image specification names it. */
  readonly architecture: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly layers: readonly PublishedLayer[];
}

// https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md, image-index.md, config.md
const imageSchema = z.object({ config: descriptorSchema, layers: z.array(descriptorSchema) });
const indexSchema = z.object({
  manifests: z.array(
    z.object({ digest: digestSchema, platform: z.object({ architecture: z.string(), os: z.string() }).optional() }),
  ),
});
const configSchema = z.object({
  architecture: z.string(),
  config: z.object({ Labels: z.record(z.string(), z.string()).nullish() }).nullish(),
  rootfs: z.object({ diff_ids: z.array(digestSchema) }),
});

/** More than a configuration ever has; a registry is not trusted. */
const CONFIG_BYTES = 4_000_000;

/**
 * The image under a tag or a digest; of an index the one for `architecture`, as the image specification names it.
 *
 * @throws {DiagnosticError} `registry/not-found`, also when an index has none for `architecture`; `registry/…`.
 */
export async function findPublished(
  repository: Repository,
  reference: string,
  architecture: string,
  signal?: AbortSignal,
): Promise<PublishedImage> {
  const named = await requireManifest(repository, reference, signal);
  const index = indexSchema.safeParse(jsonOf(named));
  const manifest = index.success
    ? await requireManifest(repository, chosen(repository, reference, index.data, architecture), signal)
    : named;
  const image = imageSchema.safeParse(jsonOf(manifest));
  if (!image.success) throw notAnImage(repository, reference, 'its manifest is not one of an image');
  const { config: descriptor, layers } = image.data;
  if (descriptor.size > CONFIG_BYTES) throw notAnImage(repository, reference, 'its configuration is too large');
  const config = await buffer(readBlob(repository, descriptor, { signal }));
  const parsed = configSchema.safeParse(jsonOf({ bytes: config }));
  if (!parsed.success || parsed.data.rootfs.diff_ids.length !== layers.length) {
    throw notAnImage(repository, reference, 'its configuration does not fit its manifest');
  }
  return {
    repository,
    digest: manifest.digest,
    id: toImageId(descriptor.digest),
    config,
    architecture: parsed.data.architecture,
    labels: parsed.data.config?.Labels ?? {},
    layers: parsed.data.rootfs.diff_ids.flatMap((diffId, index) => {
      const blob = layers[index];
      return blob === undefined ? [] : [{ diffId, blob }];
    }),
  };
}

/**
 * The blobs as which a registry has the layers of an image, in their order.
 *
 * @throws {DiagnosticError} `registry/unexpected-answer` when the manifest is not one of an image.
 */
export function blobsOf(manifest: Manifest): readonly Descriptor[] {
  const image = imageSchema.safeParse(jsonOf(manifest));
  if (image.success) return image.data.layers;
  throw new DiagnosticError({ code: 'registry/unexpected-answer', message: `${manifest.digest} is no image` });
}

async function requireManifest(repository: Repository, reference: string, signal?: AbortSignal): Promise<Manifest> {
  const manifest = await findManifest(repository, reference, signal);
  if (manifest !== undefined) return manifest;
  throw new DiagnosticError({
    code: 'registry/not-found',
    message: `there is no image \`${nameOf(repository, reference)}\``,
    hint: `is it published, and spelt like this? \`skopeo list-tags docker://${nameOf(repository)}\` lists the tags`,
  });
}

function chosen(
  repository: Repository,
  reference: string,
  { manifests }: z.output<typeof indexSchema>,
  architecture: string,
): Digest {
  const wanted = manifests.find(({ platform }) => platform?.architecture === architecture);
  if (wanted !== undefined) return wanted.digest;
  const there = manifests.flatMap(({ platform }) => platform?.architecture ?? []);
  throw new DiagnosticError({
    code: 'registry/not-found',
    message: `\`${nameOf(repository, reference)}\` is not published for ${architecture}`,
    notes: [`it is for ${there.length === 0 ? 'no architecture' : there.join(' and ')}`],
    hint: 'name another one with `--architecture`',
  });
}

/** A published image's name: with `@` before a digest, `:` before a tag. */
export function nameOf({ name, connection: { host } }: Repository, reference?: string): string {
  if (reference === undefined) return `${host}/${name}`;
  return `${host}/${name}${reference.startsWith('sha256:') ? '@' : ':'}${reference}`;
}

/** Undefined when it is no JSON. */
function jsonOf({ bytes }: Pick<Manifest, 'bytes'>): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}

function notAnImage(repository: Repository, reference: string, why: string): DiagnosticError {
  return new DiagnosticError({
    code: 'registry/unexpected-answer',
    message: `\`${nameOf(repository, reference)}\` is not an image: ${why}`,
  });
}
